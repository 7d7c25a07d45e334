#pragma once

#include <ATen/ATen.h>

namespace espalier {

// Factorisation and inverse in tiles of a fixed size, spread over the workers: the same bits for any number
// of them. Matrices are [n, n], float32 or float64.

// The lower triangular L with L L^T = matrix, zero above its diagonal; undefined where the matrix is not
// positive definite. Reads the lower triangle only.
at::Tensor choleskyFactor(const at::Tensor& matrix);

// The inverse of a lower triangular matrix.
at::Tensor inverseOfLower(const at::Tensor& lower);

// (L L^T)^-1 of such a factor: symmetric.
at::Tensor inverseByFactor(const at::Tensor& lower);

}  // namespace espalier
