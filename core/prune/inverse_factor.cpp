#include "core/prune/inverse_factor.h"

#include "core/base/error.h"
#include "core/prune/triangular.h"

namespace espalier {

namespace {

// Undefined where the matrix is not positive definite.
at::Tensor factorOf(const at::Tensor& matrix, bool upper) {
  const auto [factor, info] = at::linalg_cholesky_ex(matrix, upper);
  if (info.item<int64_t>() != 0 || !at::isfinite(factor.diagonal()).all().item<bool>()) return {};
  return factor;
}

// H = R R^T with R upper triangular is the Cholesky factorisation of H read backwards, and U = R^-1: one
// factorisation and one triangular inverse, where the published code factorises, inverts and factorises the
// inverse.
at::Tensor tryInverseFactor(const at::Tensor& damped) {
  const auto lower = choleskyFactor(damped.flip({0, 1}));
  if (!lower.defined()) return {};
  const auto inverse = inverseOfLower(lower);
  if (!at::isfinite(inverse.diagonal()).all().item<bool>()) return {};
  return inverse.flip({0, 1}).to(at::kFloat).contiguous();
}

[[noreturn]] void giveUp() {
  throw Error(
      ErrorKind::Internal,
      "A Hessian of the calibration inputs could not be factorised with any damping; take other calibration "
      "data, or the criterion wanda.");
}

// A copy with the diagonal of dead features set to 1.
at::Tensor revived(const at::Tensor& hessian, at::Tensor& dead) {
  auto h = hessian.clone();
  dead = h.diagonal() == 0;
  h.diagonal().masked_fill_(dead, 1);
  return h;
}

}  // namespace

InverseFactor inverseFactor(const at::Tensor& hessian) {
  InverseFactor out;
  const auto h = revived(hessian, out.dead);
  const double mean = h.diagonal().mean().item<double>();
  out.damping = kDamping;
  for (int attempt = 0; attempt < 16; ++attempt, out.damping *= 2) {
    for (const auto type : {at::kFloat, at::kDouble}) {
      auto damped = h.to(type, false, true);
      damped.diagonal().add_(out.damping * mean);
      out.upper = tryInverseFactor(damped);
      if (out.upper.defined()) return out;
    }
  }
  giveUp();
}

InverseFactor inverseFactorDampedLate(const at::Tensor& hessian) {
  InverseFactor out;
  auto h = revived(hessian, out.dead);
  const auto factorised = [](at::Tensor& matrix, bool upper, double& damping) {
    const double step = kDamping * matrix.diagonal().abs().mean().item<double>();
    for (int attempt = 0; attempt < 1000; ++attempt) {
      const auto factor = factorOf(matrix, upper);
      if (factor.defined()) return factor;
      matrix.diagonal().add_(step);
      damping += kDamping;
    }
    giveUp();
  };
  auto inverse = at::cholesky_inverse(factorised(h, false, out.damping));
  double ofInverse = 0;
  out.upper = factorised(inverse, true, ofInverse).contiguous();
  return out;
}

}  // namespace espalier
