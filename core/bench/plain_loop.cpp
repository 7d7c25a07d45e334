#include "core/bench/plain_loop.h"

#include <cmath>

#include "core/base/parallel.h"
#include "core/sweep/run.h"

namespace espalier {

std::vector<MatrixEstimate> scoreByPlainLoop(const Model& model, const Weights& weights,
                                             const std::vector<std::shared_ptr<const Batch>>& batches,
                                             const std::vector<const PrunableMatrix*>& matrices,
                                             const ZerothOrderOptions& options, const JobControl& control) {
  const int64_t each = int64_t(batches.size()) * options.draws;
  const auto noise = gaussianNoise(options.seed);
  std::vector<MatrixEstimate> estimates;
  for (const auto* m : matrices) estimates.push_back({m, std::vector<double>(size_t(each))});
  ProgressMeter meter(control, "Scoring", each * int64_t(matrices.size()));
  parallelFor(each * int64_t(matrices.size()), [&](int64_t task) {
    auto& e = estimates[size_t(task / each)];
    const int64_t b = task % each / options.draws, d = task % options.draws;
    const auto z = noise(*e.matrix, b, d).to(weights.device());
    double losses[2];
    for (const int sign : {0, 1}) {
      control.throwIfCancelled();
      Weights changed(weights);
      changed.set(e.matrix->name, at::add(weights.get(e.matrix->name), z, sign ? -options.eps : options.eps));
      losses[sign] = lossOfForks(runModel(model, Pass{changed}, batches[size_t(b)]))[0].item<double>();
    }
    e.values[size_t(task % each)] = std::abs(losses[0] - losses[1]) / (2 * options.eps);
    meter.advance(1, e.matrix->name);
  });
  return estimates;
}

}  // namespace espalier
