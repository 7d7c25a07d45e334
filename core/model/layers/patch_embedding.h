#pragma once

#include <ATen/ATen.h>

namespace espalier {

// A convolution whose stride is its kernel, as the matrix product it is: pixels [P, 3, H, W], weight [C, 3,
// p, p], bias [C] or undefined -> [P, (H / p) (W / p), C], patches row by row.
at::Tensor embedPatches(const at::Tensor& pixels, const at::Tensor& weight, const at::Tensor& bias);

}  // namespace espalier
