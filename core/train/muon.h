#pragma once

#include <ATen/ATen.h>

namespace espalier {

// Momentum whose matrix is made orthogonal before each step (Muon: Jordan et al. 2024), scaled so that
// AdamW's learning rates fit (Liu et al. 2025, "Muon is Scalable for LLM Training", eq. 4). For matrices
// inside a network; tables of tokens, heads and vectors are left to AdamW.
namespace muon {

// U V^T of a matrix's singular value decomposition U S V^T, roughly: five steps of the Newton-Schulz
// iteration with Jordan's coefficients bring every singular value to between 0.7 and 1.2. [rows, columns],
// float32.
at::Tensor orthogonalised(const at::Tensor& matrix);

// One update in place. parameter, gradient, momentum: float32 matrices, contiguous, of equal shape.
void update(at::Tensor& parameter, const at::Tensor& gradient, at::Tensor& momentum, double learningRate,
            double weightDecay);

}  // namespace muon

}  // namespace espalier
