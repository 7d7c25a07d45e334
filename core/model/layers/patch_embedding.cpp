#include "core/model/layers/patch_embedding.h"

#include "core/base/error.h"
#include "core/base/row_products.h"

namespace espalier {

at::Tensor embedPatches(const at::Tensor& pixels, const at::Tensor& weight, const at::Tensor& bias) {
  const int64_t n = pixels.size(0), channels = weight.size(1), p = weight.size(2);
  if (pixels.dim() != 4 || pixels.size(1) != channels || pixels.size(2) < p || pixels.size(3) < p)
    throw Error(ErrorKind::InvalidInput, "pixel_values must be [pictures, " + std::to_string(channels) +
                                             ", height, width] and hold at least one patch of " +
                                             std::to_string(p) + " pixels.");
  const int64_t rows = pixels.size(2) / p, columns = pixels.size(3) / p;
  const auto patches = pixels.slice(2, 0, rows * p)
                           .slice(3, 0, columns * p)
                           .reshape({n, channels, rows, p, columns, p})
                           .permute({0, 2, 4, 1, 3, 5})
                           .reshape({n, rows * columns, channels * p * p});
  return linearByRows(patches, weight.view({weight.size(0), -1}), bias);
}

}  // namespace espalier
