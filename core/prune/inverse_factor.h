#pragma once

#include <ATen/ATen.h>

namespace espalier {

// The upper triangular U with U^T U = (H + damping * mean(diag H) * I)^-1: what SparseGPT needs of a Hessian.
struct InverseFactor {
  at::Tensor upper;    // float32 [n, n]
  at::Tensor dead;     // bool [n]: features that were always zero; their diagonal counts as 1
  double damping = 0;  // share of the mean diagonal that was added
};

// The damping SparseGPT was published with.
constexpr double kDamping = 0.01;

// With kDamping, doubled until the factorisation succeeds. Each is tried in float32, then in float64.
// hessian: float32 [n, n], symmetric. Throws Error (Internal) if no damping helps.
InverseFactor inverseFactor(const at::Tensor& hessian);

// As ECoFLaP's released code: without damping at first, kDamping once more after each failure, of the Hessian
// and then of its inverse. All in float32.
InverseFactor inverseFactorDampedLate(const at::Tensor& hessian);

}  // namespace espalier
