#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <memory>
#include <vector>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/model/weights.h"

namespace espalier {

// Zeroth-order global scores (ECoFLaP, Sung et al., ICLR 2024, section 3.2; the estimator is SPSA, Spall
// 1992, as in MeZO, Malladi et al. 2023), made in one sweep over the blocks.
//
// For matrix W_i, batch b and noise draw d, with z ~ N(0, I) of W_i's shape:
//   g = |L_b(W_i + eps z) - L_b(W_i - eps z)| / (2 eps).
// Done naively that is two full passes for each. Here the unperturbed state of each batch is carried from
// block to block; a matrix is perturbed in its own block only, from the state before it, and the two signs
// run on through the later blocks as one batch of twice the rows. At the matrix, (W + eps z) x = W x + eps z
// x: one extra product for both signs, and the weights are never written to.
struct ZerothOrderOptions {
  double eps = 1e-3;
  int64_t draws = 1;
  uint64_t seed = 0;
  // The second fork stays clean: values are (L_b(W_i + eps z) - L_b(W_i)) / eps with their sign, what a
  // change that is not small does.
  bool oneSided = false;
};

// |g| of one matrix, or the signed value where one-sided: values[batch * draws + draw].
struct MatrixEstimate {
  const PrunableMatrix* matrix = nullptr;
  std::vector<double> values;

  double sum() const;
  // Of the sum, from the scatter of the values; 0 with fewer than two.
  double standardErrorOfSum() const;
};

// The perturbation of a matrix, float32 of its shape. The default depends on (seed, name, batch, draw) alone,
// so scores do not depend on the order, the chunking or the number of threads.
using Noise = std::function<at::Tensor(const PrunableMatrix&, int64_t batch, int64_t draw)>;
Noise gaussianNoise(uint64_t seed);

// Told the estimates of a block's matrices when they are final, in model order, from the calling thread.
using BlockEstimated = std::function<void(const Block&, const std::vector<MatrixEstimate>&)>;

// Scores the matrices of the blocks `wanted` says; batches need labels. Tasks (batch, matrix, draw) run in
// parallel, and are dealt out to the processes of the control, each of which carries all clean states.
void sweepZerothOrder(const Model& model, const Weights& weights,
                      const std::vector<std::shared_ptr<const Batch>>& batches,
                      const std::function<bool(const Block&)>& wanted, const ZerothOrderOptions& options,
                      const Noise& noise, const JobControl& control, const BlockEstimated& onBlock);

}  // namespace espalier
