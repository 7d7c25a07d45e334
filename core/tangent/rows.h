#pragma once

#include <ATen/ATen.h>

namespace espalier {

// Norms of tensors that carry tangents, [(1 + T) * rows, ..., width], over the last dimension. weight and
// bias [width]; either undefined: none.

// With m the mean and r the reciprocal deviation of a clean row, n = (x - m) r:
//   dy = weight r (dx - mean(dx) - n mean(n dx)).
at::Tensor layerNormWithTangents(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                 double epsilon);

// With r the reciprocal root mean square, n = x r: dy = weight r (dx - n mean(n dx)).
at::Tensor rmsNormWithTangents(const at::Tensor& x, const at::Tensor& weight, double epsilon);

}  // namespace espalier
