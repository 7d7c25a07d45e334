#pragma once

#include <ATen/ATen.h>

namespace espalier {

// What is kept of the gradient G of a batch's mean loss by a matrix W.
struct GradientSums {
  double norm = 0;             // ||G||_F
  double absolute = 0;         // sum |G|
  double weighted = 0;         // sum |W| |G|
  double weightedSquared = 0;  // sum W^2 G^2
};

// Of float32 tensors of the same shape on the same device. On the processor in one pass over both,
// accumulated in float64, the same bits on every processor; on an accelerator with its own sums in float64.
GradientSums gradientSums(const at::Tensor& weight, const at::Tensor& gradient);

}  // namespace espalier
