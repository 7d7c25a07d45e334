#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/prune_model.h"
#include "core/engine/usable_pairs.h"
#include "core/prune/select.h"
#include "core/score/gradient_sweep.h"

namespace espalier {

namespace {

constexpr const char* kByGradient = "global-gradient";
constexpr const char* kByFisher = "global-obd";

// For every weight of the matrices that are pruned, how much the loss is thought to rise without it.
class GlobalImportance {
 public:
  GlobalImportance(const OpenModel& dense, const std::vector<std::shared_ptr<const Batch>>& batches,
                   const GlobalPruneOptions& options)
      : m_dense(dense), m_batches(batches), m_squared(options.method == kByFisher) {
    for (const auto& b : dense.model->blocks())
      if (takesPart(*b, options.includeBridge))
        for (const auto& m : b->description().matrices)
          m_matrices.push_back({&m, nameOf(b->description().component)});
    m_includeBridge = options.includeBridge;
  }

  struct Matrix {
    const PrunableMatrix* matrix;
    std::string component;
  };
  const std::vector<Matrix>& matrices() const { return m_matrices; }

  // Batch by batch, so that what is summed up does not depend on workers; each in its own pass.
  std::vector<at::Tensor> of(const Weights& weights, const JobControl& control) const {
    std::map<std::string, at::Tensor> sums;
    for (const auto& m : m_matrices)
      sums[m.matrix->name] = at::zeros({m.matrix->rows, m.matrix->columns}, at::kFloat);
    for (const auto& batch : m_batches) {
      control.throwIfCancelled();
      JobControl quiet;
      quiet.stop = control.stop;
      sweepGradients(
          *m_dense.model, weights, {batch}, [&](const Block& b) { return takesPart(b, m_includeBridge); },
          quiet, {},
          [&](const std::string& name, const at::Tensor& gradient) {
            const auto change = (gradient.cpu() * weights.onHost(name));
            sums.at(name).add_(m_squared ? change.square() : change.abs());
          });
    }
    std::vector<at::Tensor> out;
    for (const auto& m : m_matrices)
      out.push_back(zerosFirst(weights.onHost(m.matrix->name), sums.at(m.matrix->name)));
    return out;
  }

 private:
  const OpenModel& m_dense;
  const std::vector<std::shared_ptr<const Batch>>& m_batches;
  bool m_squared, m_includeBridge = false;
  std::vector<Matrix> m_matrices;
};

// The masks of the `pruned` least of all: below the value of that rank; of those that have it, the first.
std::vector<at::Tensor> leastOfAll(const std::vector<at::Tensor>& scores, int64_t pruned) {
  const auto count = int64_t(scores.size());
  int64_t all = 0;
  for (const auto& s : scores) all += s.numel();
  std::vector<int64_t> below(scores.size()), equal(scores.size());
  if (pruned < all) {
    const float threshold = magnitudeOfRank(
        count, [&](int64_t i) { return scores[size_t(i)]; }, pruned);
    parallelFor(count, [&](int64_t i) {
      below[size_t(i)] = (scores[size_t(i)] < threshold).sum().item<int64_t>();
      equal[size_t(i)] = (scores[size_t(i)] == threshold).sum().item<int64_t>();
    });
  } else {
    for (size_t i = 0; i < scores.size(); ++i) below[i] = scores[i].numel();
  }
  int64_t ties = pruned;
  for (const int64_t n : below) ties -= n;
  std::vector<at::Tensor> out;
  for (size_t i = 0; i < scores.size(); ++i) {
    const int64_t here = std::clamp<int64_t>(ties, 0, equal[i]);
    ties -= here;
    out.push_back(maskOfLeastInMatrix(scores[i], below[i] + here));
  }
  return out;
}

void check(const OpenModel& dense, double target, const GlobalPruneOptions& options) {
  methodNamed(globalMethods(), "global method", options.method);
  if (!(target >= 0 && target <= 1))
    throw Error(ErrorKind::InvalidInput,
                "The target is " + std::to_string(target) + "; a sparsity from 0 to 1 was expected.");
  if (options.rounds < 1 || options.samples < 1 || options.batchSize < 1)
    throw Error(ErrorKind::InvalidInput, "Rounds, samples and batch size must be at least 1.");
  if (!fitsInMemory(dense))
    throw Error(
        ErrorKind::InvalidInput,
        "Global pruning by gradients needs all weights, their gradients and importances in memory, for "
        "which this model is too large; score it and prune it to a plan.");
}

}  // namespace

const std::vector<Method>& globalMethods() {
  static const std::vector<Method> methods{
      {kByGradient,
       ENGINE_TEXT("Engine", "Iterative gradient"),
       ENGINE_TEXT("Engine", "one threshold on weight times gradient for the whole model, in rounds"),
       {{"A<sub>ij</sub> = Σ<sub>b</sub> |W<sub>ij</sub> ∂L<sub>b</sub>/∂W<sub>ij</sub>|",
         ENGINE_TEXT("Engine", "Of all batches b; the gradients are made anew after each round.")}},
       "Molchanov, Tyree, Karras, Aila, Kautz, ICLR 2017, arXiv 1611.06440"},
      {kByFisher,
       ENGINE_TEXT("Engine", "Iterative OBD"),
       ENGINE_TEXT("Engine",
                   "one threshold on the second-order change of the loss for the whole model, in rounds"),
       {{"A<sub>ij</sub> = Σ<sub>b</sub> (W<sub>ij</sub> ∂L<sub>b</sub>/∂W<sub>ij</sub>)²",
         ENGINE_TEXT(
             "Engine",
             "The diagonal of the Hessian as the squared gradients of the batches b estimate it; they are "
             "made anew after each round.")}},
       "LeCun, Denker, Solla, NeurIPS 1989, Optimal brain damage"}};
  return methods;
}

GlobalPruning pruneGlobally(const OpenModel& dense, double target, const Dataset& calibration,
                            const GlobalPruneOptions& options, const JobControl& control) {
  // The plan alone: whoever wants the model prunes to it.
  if (const auto* there = modelElsewhere(dense))
    return {{}, globalPlanElsewhere(*there, target, calibration, options, control)};
  c10::NoGradGuard noGrad;
  const auto start = std::chrono::steady_clock::now();
  check(dense, target, options);
  std::vector<Dataset::Problem> problems;
  const auto batches =
      makeBatches(*dense.processor,
                  drawDecodableFor(dense, calibration, options.samples, options.seed, control, problems),
                  options.batchSize, control.stop);
  if (batches.empty())
    throw Error(ErrorKind::InvalidInput, "\"" + options.method + "\" needs calibration data.");
  const GlobalImportance importance(dense, batches, options);
  int64_t all = 0;
  for (const auto& m : importance.matrices()) all += m.matrix->parameters();
  Weights weights = dense.weights;
  std::vector<MatrixPruning> done;
  ProgressMeter meter(control, "Global pruning", options.rounds);
  for (int64_t round = 1; round <= options.rounds; ++round) {
    const auto scores = importance.of(weights, control);
    const double gone = 1 - std::pow(1 - target, double(round) / double(options.rounds));
    const auto masks =
        leastOfAll(scores, std::llround((round == options.rounds ? target : gone) * double(all)));
    done.clear();
    for (size_t i = 0; i < masks.size(); ++i) {
      const auto& m = *importance.matrices()[i].matrix;
      auto weight = zeroed(weights.onHost(m.name), masks[i]);
      const double sparsity = double(m.parameters() - nonZeroCount(weight)) / double(m.parameters());
      done.push_back({m.name, m.parameters(), sparsity, sparsity, 0, {}});
      weights.set(m.name, std::move(weight));
    }
    meter.advance(1, "round " + std::to_string(round));
  }
  GlobalPruning out;
  out.plan.target = target;
  out.plan.cap = 1;
  out.plan.granularity = Granularity::Layer;
  out.plan.allocator = options.method;
  for (size_t i = 0; i < done.size(); ++i) {
    PlanGroup g;
    g.name = done[i].matrix;
    g.component = importance.matrices()[i].component;
    g.parameters = done[i].parameters;
    g.matrices = {g.name};
    g.sparsity = done[i].achieved;
    out.plan.groups.push_back(std::move(g));
  }
  out.result = prunedResult(dense, std::move(weights), done, start);
  out.result.problems = std::move(problems);
  return out;
}

}  // namespace espalier
