#pragma once

#include <ATen/ATen.h>

#include "core/model/state.h"

namespace espalier {

// Which positions of the streams that a block reads hold tokens or patches and not padding: bool [rows,
// length] on the host; undefined: all do. A position is padding that no position may attend to, or what a
// model says is padding (kRealPositions).
struct RealPositions {
  at::Tensor hidden, context;
  at::Tensor contextStream;  // the stream that `context` is of

  // Of a linear layer's input, by its shape and by whether it is the context: int64 indexes among rows *
  // length, undefined if all are real.
  at::Tensor of(const at::Tensor& input) const;
  // Of some of the block's own positions, int64 indexes among rows * length: int64 indexes into these,
  // undefined if all are real.
  at::Tensor among(const at::Tensor& positions) const;
};
RealPositions realPositions(const State& before);

// The same of a language model's block, but of the places of pictures only those that the block changes the
// most, by 1 - cosine of what stands there before and after it: in each row
//     k = min(1, share * their mean) * number of text tokens,
// rounded, or all if there are fewer (ATV-Pruning, arXiv 2603.16001). As realPositions where no pictures are
// marked (kPictureMask).
RealPositions positionsOfChange(const State& before, const State& after, double share);

}  // namespace espalier
