#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "core/model/model.h"

namespace espalier {

// How a table of positions, made for rows x columns patches, becomes one for a picture of another size. Pixel
// centres are matched (align_corners false).
enum class PositionResize {
  None,                // no other size is taken
  Bicubic,             // SigLIP, DINOv2
  BicubicAntialiased,  // DINOv2 with registers
  BilinearAntialiased  // SigLIP 2 (naflex)
};

// table [rows * columns, width] -> [newRows * newColumns, width]; the table itself where the size is the
// same.
at::Tensor resizedPositions(const at::Tensor& table, int64_t rows, int64_t columns, int64_t newRows,
                            int64_t newColumns, PositionResize how);

// How a picture becomes the first hidden state of a vision tower: patches, further tokens before them,
// positions added, for CLIP a norm. Names are complete tensor names; an empty one means "absent".
struct PictureStartSpec {
  int64_t channels = 3, width = 0, patch = 0;
  int64_t rows = 0, columns = 0;  // of patches
  std::string name;               // of the block
  std::string projection;         // projection.weight [width, channels, patch, patch], projection.bias
  bool projectionHasBias = true;
  std::string classToken,
      positions;  // tensors of width numbers, and of a row for the class token and each patch
  std::vector<int64_t> classTokenShape, positionsShape;
  std::string distillationToken;  // DeiT: behind the class token, of its shape, with a position of its own
  std::string registers;          // DINO: tokens without positions before the patches, [1, count, width]
  int64_t registerCount = 0;
  PositionResize resize = PositionResize::None;
  std::string norm;
  double epsilon = 1e-5;
  std::string record;  // under which the result is recorded

  // Of the tokens with a position before the patches.
  int64_t leading() const { return (classToken.empty() ? 0 : 1) + (distillationToken.empty() ? 0 : 1); }
  int64_t length() const { return rows * columns + leading(); }  // of the table of positions
};

// Declares the tensors and adds the block: pixel_values -> State::hidden [P, tokens and
// patches, width].
void addPictureStart(Model& model, const PictureStartSpec& spec);

}  // namespace espalier
