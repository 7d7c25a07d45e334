#pragma once

#include <string>

#include "core/model/model.h"

namespace espalier {

// How a picture becomes the first hidden state of a vision tower: patches, a class token before them,
// positions added, for CLIP a norm. Full names; an empty one means there is no such thing.
struct PictureStartSpec {
  int64_t channels = 3, width = 0, patch = 0;
  int64_t rows = 0, columns = 0;  // of patches
  std::string name;               // of the block
  std::string projection;         // projection.weight [width, channels, patch, patch], projection.bias
  bool projectionHasBias = true;
  std::string classToken,
      positions;  // tensors of width numbers, and of a row for the class token and each patch
  std::vector<int64_t> classTokenShape, positionsShape;
  std::string norm;
  double epsilon = 1e-5;
  std::string record;  // under which the result is recorded

  int64_t length() const { return rows * columns + (classToken.empty() ? 0 : 1); }
};

// Declares the tensors and adds the block: pixel_values -> State::hidden [P, length, width].
void addPictureStart(Model& model, const PictureStartSpec& spec);

}  // namespace espalier
