#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>

#include "core/prune/input_statistics.h"

namespace espalier {

// What weights V [rows, columns] are fitted to: the least of
//     sum over positions ||V x - y||^2 + l ||V - W||^2,
// where W are the matrix's own weights and y = W x, or W x_dense where the inputs tell of the dense model's.
// With G = 2 / samples * sum x x^T it is solved by V (G + l I) = T + l W, T = W G or W (2 / samples * sum
// x_dense x^T).
struct LeastSquares {
  at::Tensor gram;     // G, float32 [columns, columns]
  at::Tensor drifted;  // of the dense model's features with those seen; undefined: none
  double ridge = 0;    // l, 1 % of the mean diagonal of G
  at::Tensor dead;     // bool [columns]: features that were always zero
};
LeastSquares leastSquaresOf(const InputStatistics& inputs);

// T + l W.
at::Tensor fitTarget(const LeastSquares& problem, const at::Tensor& weight);

// Calls body(first, count) for stripes of the rows, spread over the workers. Their height is fixed, so that
// products have the same shapes and bits for any number of workers.
void forRowStripes(int64_t rows, const std::function<void(int64_t first, int64_t count)>& body);

// a [rows, n] times b [n, columns], in such stripes.
at::Tensor stripedProduct(const at::Tensor& a, const at::Tensor& b);

// The weights that solve the problem on their support, the others zero. weight: W; start: weights to begin
// from, zero where the mask (bool, true = gone) is true. At most `steps` steps of conjugate gradients with
// G's diagonal as preconditioner, fewer in a row whose residual (in that measure) has fallen
// to a thousandth of what it was. atOnce: the first residual by one product instead of two, with other last
// bits.
at::Tensor refitted(const LeastSquares& problem, const at::Tensor& weight, const at::Tensor& start,
                    const at::Tensor& mask, int steps, bool atOnce = false);

// For each row of weights V the sum over positions of ||V x - W x||^2, over samples and times 2: e G e^T for
// e = W - V. float64 [rows].
at::Tensor outputErrors(const at::Tensor& gram, const at::Tensor& weight, const at::Tensor& pruned);

}  // namespace espalier
