#include <algorithm>

#include "core/engine/score_method.h"
#include "core/prune/calibration_flow.h"
#include "core/prune/criterion.h"
#include "core/score/zeroth_order.h"

namespace espalier {

namespace {

constexpr const char* kLossCriterion = "wanda";

// What each matrix is without the weights that Wanda takes first, as a change of it.
class PrunedAlone {
 public:
  PrunedAlone(const ScoreWork& work) : m_model(work.model), m_sparsity(work.options.stableTarget) {
    // Each process looks at all batches: what it prunes is then the same everywhere.
    const auto control = alone(work.control);
    CalibrationFlow flow(work.batches, m_model.weights, false, control);
    for (const auto& block : m_model.model->blocks()) {
      if (!takesPart(*block, work.options.includeBridge)) {
        flow.run(*block, m_model.weights);
        continue;
      }
      std::vector<std::string> names;
      for (const auto& m : block->description().matrices) names.push_back(m.name);
      const auto inputs =
          flow.gatherAndRun(*block, m_model.weights, names, criterionNamed(kLossCriterion).needs());
      for (size_t i = 0; i < names.size(); ++i)
        m_seen[names[i]] = {inputs[i], block->description().component};
    }
  }

  at::Tensor changeOf(const PrunableMatrix& matrix) const {
    const auto& [inputs, component] = m_seen.at(matrix.name);
    const auto weight = m_model.weights.onHost(matrix.name);
    const auto& criterion = criterionFor(criterionNamed(kLossCriterion), *inputs);
    const Selection selection{m_sparsity, criterion.publishedComparison(component)};
    const auto prepared = criterion.prepare(*inputs, false);
    return criterion.prune(weight, *inputs, prepared.get(), selection).weight - weight;
  }

 private:
  struct Seen {
    std::shared_ptr<const InputStatistics> inputs;
    Component component = Component::Vision;
  };

  const OpenModel& m_model;
  double m_sparsity;
  std::map<std::string, Seen> m_seen;
};

}  // namespace

void scoreByPrunedLoss(ScoreWork& work) {
  const auto& m = work.model;
  auto& keeper = work.keeper;
  keeper.takeFinished(0);
  const PrunedAlone alone(work);
  sweepZerothOrder(
      *m.model, m.weights, work.batches,
      [&](const Block& b) { return takesPart(b, work.options.includeBridge) && !keeper.isFinished(b, 0); },
      {.eps = 1, .draws = 1, .seed = work.options.seed, .oneSided = true},
      [&](const PrunableMatrix& matrix, int64_t, int64_t) { return alone.changeOf(matrix); }, work.control,
      [&](const Block& b, const std::vector<MatrixEstimate>& estimates) {
        std::map<std::string, std::vector<double>> values;
        for (const auto& e : estimates)
          // A loss that falls is no reason to keep weights.
          for (const double rise : e.values) values[e.matrix->name].push_back(std::max(0.0, rise));
        keeper.take(b, 0, std::move(values));
      });
}

}  // namespace espalier
