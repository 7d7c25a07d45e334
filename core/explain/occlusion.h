#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/model/batch.h"

namespace espalier {

// A grid of at most `most` cells a side over a picture of so many patches a side: cells hold whole patches
// where that is possible with no fewer than half as many cells.
int64_t cellsOf(int64_t patches, int64_t most);

// The pixels of the one picture of a batch, [1, channels, height, width], also where it is a single tile of a
// family that divides larger ones; undefined: there is none, or there are several or parts.
at::Tensor onePicture(const Batch& batch);

// A batch of one row with one picture, `count` times: row i has cell
// first + i of the grid in the mean colour (0); a cell behind the last is the whole picture. textOnce: the
// text stays one row, as models that match have it.
std::shared_ptr<const Batch> occluded(const Batch& batch, int64_t rows, int64_t columns, int64_t first,
                                      int64_t count, bool textOnce);

}  // namespace espalier
