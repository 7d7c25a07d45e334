#include "core/prune/prune_model.h"

#include <c10/core/GradMode.h>
#include <map>

#include "core/base/error.h"
#include "core/prune/calibration_flow.h"
#include "core/prune/criterion.h"
#include "core/prune/refinement.h"

namespace espalier {

namespace {

using Sparsities = std::unordered_map<std::string, double>;

struct Job {
  PrunableMatrix matrix;
  double sparsity = 0;
};

// For each block what is to be pruned in it, checked before any work is done.
std::vector<std::vector<Job>> jobsOf(const Model& model, const Sparsities& sparsities,
                                     const PruneModelOptions& options) {
  std::vector<std::vector<Job>> jobs(model.blocks().size());
  size_t found = 0;
  std::unordered_map<std::string, bool> known;
  for (size_t b = 0; b < jobs.size(); ++b) {
    for (const auto& matrix : model.blocks()[b]->description().matrices) {
      known[matrix.name] = true;
      const auto it = sparsities.find(matrix.name);
      if (it == sparsities.end()) continue;
      ++found;
      if (!(it->second >= 0 && it->second <= 1))
        throw Error(ErrorKind::InvalidInput, "The sparsity of \"" + matrix.name + "\" is " +
                                                 std::to_string(it->second) +
                                                 "; it must lie between 0 and 1.");
      if (options.pattern.structured() && it->second == 0) continue;
      checkPattern(options.pattern, matrix.columns, matrix.name, options.official.counts);
      jobs[b].push_back({matrix, it->second});
    }
  }
  if (found != sparsities.size())
    for (const auto& [name, sparsity] : sparsities)
      if (!known.contains(name))
        throw Error(ErrorKind::InvalidInput, "The model has no prunable matrix \"" + name + "\".");
  return jobs;
}

class ModelPruner {
 public:
  ModelPruner(const Model& model, const Weights& dense,
              const std::vector<std::shared_ptr<const Batch>>& calibration, const PruneModelOptions& options,
              const JobControl& control, PrunedBlocks* kept)
      : m_model(model),
        m_options(options),
        m_control(control),
        m_kept(kept),
        m_criterion(criterionNamed(options.criterion)),
        m_refinement(options.refinement.empty() ? nullptr : &refinementNamed(options.refinement)),
        m_needs(m_refinement ? m_criterion.needs() | m_refinement->needs() : m_criterion.needs()),
        m_result{dense, {}},
        m_flow(m_needs.any() ? calibration : std::vector<std::shared_ptr<const Batch>>(), dense,
               options.official.firstLayerArguments, control) {
    if (m_refinement && !m_criterion.keepsWeights())
      throw Error(ErrorKind::InvalidInput, "The refinement \"" + options.refinement +
                                               "\" exchanges weights that keep their values; \"" +
                                               options.criterion + "\" changes them.");
    if (m_needs.any() && calibration.empty())
      throw Error(ErrorKind::InvalidInput,
                  "\"" + (m_criterion.needs().any() ? options.criterion : options.refinement) +
                      "\" needs calibration data.");
  }

  ModelPruning run(const Sparsities& sparsities) {
    const auto jobs = jobsOf(m_model, sparsities, m_options);
    size_t end = jobs.size();
    while (end > 0 && jobs[end - 1].empty()) --end;
    ProgressMeter meter(m_control, "Pruning", int64_t(end));
    for (size_t b = 0; b < end; ++b) {
      const Block& block = *m_model.blocks()[b];
      if (!jobs[b].empty() && !takeKept(block)) {
        pruneBlock(block, jobs[b]);
        if (m_kept) keep(block, jobs[b]);
      }
      if (b + 1 < end) m_flow.run(block, m_result.weights);
      meter.advance(1, block.name());
    }
    return std::move(m_result);
  }

 private:
  bool takeKept(const Block& block) {
    auto found = m_kept ? m_kept->find(block.name()) : std::nullopt;
    if (found) take(*found);
    return found.has_value();
  }

  void take(const PrunedBlocks::Kept& kept) {
    m_result.weights.store(kept.file);
    m_result.matrices.insert(m_result.matrices.end(), kept.matrices.begin(), kept.matrices.end());
  }

  void keep(const Block& block, const std::vector<Job>& jobs) {
    std::map<std::string, at::Tensor> weights;
    for (const auto& job : jobs) weights[job.matrix.name] = m_result.weights.onHost(job.matrix.name);
    const auto first = m_result.matrices.end() - std::ptrdiff_t(jobs.size());
    const std::vector<MatrixPruning> matrices(first, m_result.matrices.end());
    m_result.matrices.erase(first, m_result.matrices.end());
    take(m_kept->keep(block.name(), weights, matrices));
  }

  void pruneBlock(const Block& block, const std::vector<Job>& jobs) {
    std::vector<std::string> names;
    for (const auto& job : jobs) names.push_back(job.matrix.name);
    std::vector<std::shared_ptr<const InputStatistics>> inputs(jobs.size(),
                                                               std::make_shared<InputStatistics>());
    if (m_needs.any()) inputs = m_flow.gather(block, m_result.weights, names, m_needs);

    std::map<const InputStatistics*, std::shared_ptr<const Criterion::Prepared>> prepared;
    for (const auto& i : inputs) prepared[i.get()];
    for (auto& [statistics, made] : prepared) {
      m_control.throwIfCancelled();
      made = m_criterion.prepare(*statistics, m_options.official.lateDamping);
    }

    for (size_t j = 0; j < jobs.size(); ++j) {
      m_control.throwIfCancelled();
      const auto& matrix = jobs[j].matrix;
      Selection selection{jobs[j].sparsity, m_options.comparison, m_options.pattern,
                          m_options.official.counts};
      if (selection.comparison == Comparison::Auto)
        selection.comparison = m_criterion.publishedComparison(block.description().component);
      const auto weight = m_result.weights.onHost(matrix.name);
      auto pruned = m_criterion.prune(weight, *inputs[j], prepared[inputs[j].get()].get(), selection);
      if (m_refinement) {
        pruned.mask = m_refinement->refine(weight, pruned.mask, *inputs[j], m_options.pattern);
        pruned.weight = zeroed(weight, pruned.mask);
      }
      const double zeros = double(matrix.parameters() - pruned.weight.count_nonzero().item<int64_t>());
      m_result.matrices.push_back({matrix.name, matrix.parameters(), jobs[j].sparsity,
                                   zeros / double(matrix.parameters()), pruned.damping,
                                   std::move(pruned.note)});
      m_result.weights.set(matrix.name, std::move(pruned.weight));
    }
  }

  const Model& m_model;
  const PruneModelOptions& m_options;
  const JobControl& m_control;
  PrunedBlocks* m_kept;
  const Criterion& m_criterion;
  const MaskRefinement* m_refinement;
  StatisticsNeeds m_needs;
  ModelPruning m_result;
  CalibrationFlow m_flow;
};

}  // namespace

ModelPruning pruneModel(const Model& model, const Weights& dense,
                        const std::vector<std::shared_ptr<const Batch>>& calibration,
                        const Sparsities& sparsities, const PruneModelOptions& options,
                        const JobControl& control, PrunedBlocks* kept) {
  c10::NoGradGuard noGrad;
  return ModelPruner(model, dense, calibration, options, control, kept).run(sparsities);
}

}  // namespace espalier
