#pragma once

#include <memory>

#include "core/prune/criterion.h"

namespace espalier {

// The alternating direction method of multipliers on one matrix: which weights stay and what they become is
// found together. With n_j = sqrt(G_jj + l), A = (G + l I) / (n n^T), Y = (T + l W) / n (least_squares.h),
// and what is looked for times n,
//     B <- (Y - V + rho Z) (A + rho I)^-1,  Z <- those of B + V / rho that stay,  V <- V + rho (B - Z),
// begun at B = W n, V = 0. Who stays is decided by the magnitude of B + V / rho, among the weights that the
// selection compares; weights of features that were always zero go first, behind those that are zero.
class AdmmSystem : public Criterion::Prepared {
 public:
  explicit AdmmSystem(const InputStatistics& inputs);

  const at::Tensor& scales() const { return m_scales; }  // n, float32 [columns]
  const at::Tensor& matrix() const { return m_matrix; }  // A, float32 [columns, columns]
  const at::Tensor& dead() const { return m_dead; }      // bool [columns]
  // (A + rho I)^-1. That of rho = 1 is kept for the next who asks.
  at::Tensor inverse(double rho) const;

 private:
  at::Tensor m_scales, m_matrix, m_dead;
  at::Tensor m_inverseOfOne;
};

// One matrix, between two steps.
class AdmmRun {
 public:
  AdmmRun(const at::Tensor& weight, const InputStatistics& inputs, const AdmmSystem& system,
          const Selection& selection);

  // One step with the inverse of this rho.
  void step(const at::Tensor& inverse, double rho);
  void restart();

  const at::Tensor& mask() const { return m_mask; }
  // Z / n: zero where the mask is true.
  at::Tensor weight() const;
  // Whether no weight goes that was not zero: then all keep their values.
  bool removesNothing() const;
  // How many weights stay that did not when this was last asked, or the other way round, over how many stay.
  double supportChange();

 private:
  void choose(const at::Tensor& values);

  const AdmmSystem& m_system;
  const Selection& m_selection;
  at::Tensor m_weight, m_start, m_target;  // W, W n, Y
  at::Tensor m_kept, m_dual;               // Z, V
  at::Tensor m_mask, m_maskBefore;
};

// A criterion that takes such steps: admm and alps, which differ in how many and with which rho.
class AdmmCriterion : public Criterion {
 public:
  StatisticsNeeds needs() const override { return {.hessian = true, .drift = true}; }
  bool keepsWeights() const override { return false; }
  std::shared_ptr<const Prepared> prepare(const InputStatistics& inputs, bool) const override;
  PrunedWeight prune(const at::Tensor& weight, const InputStatistics& inputs, const Prepared* prepared,
                     const Selection& selection) const override;

 private:
  // Takes the steps and returns the weights that run.mask() leaves.
  virtual at::Tensor solve(AdmmRun& run, const AdmmSystem& system, const at::Tensor& weight,
                           const InputStatistics& inputs) const = 0;
};

}  // namespace espalier
