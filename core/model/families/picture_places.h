#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "core/model/batch.h"

namespace espalier {

// Puts the tokens that pictures were made into at the places of the picture token in texts, in order.
// embedded [rows, length, width]; features [forks, features of all pictures, width]; ofPicture: how many of
// them each picture has, one after another. Where the inputs have image_index, each row has that one picture,
// otherwise the texts have the pictures one after another, any number in a row. -> [forks * rows, length,
// width]. Throws Error where texts have more or fewer places than their pictures fill.
at::Tensor putAtPlaces(const Batch& inputs, const at::Tensor& ids, const at::Tensor& embedded,
                       const at::Tensor& features, const std::vector<int64_t>& ofPicture,
                       int64_t pictureToken);

// Of texts whose pictures were left out: throws Error where they hold a picture's token all the same.
void refusePicturesLeftOut(const at::Tensor& ids, int64_t pictureToken);

}  // namespace espalier
