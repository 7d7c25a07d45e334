#include "core/prune/prune_model.h"

#include <c10/core/GradMode.h>

#include <map>
#include <unordered_set>

#include "core/base/error.h"
#include "core/base/processes.h"
#include "core/prune/calibration_flow.h"
#include "core/sweep/block_owners.h"

namespace espalier {

namespace {

using Sparsities = std::unordered_map<std::string, double>;

}  // namespace

std::vector<std::vector<MatrixJob>> jobsOf(const Model& model, const Sparsities& sparsities,
                                           const BlockPruning& pruning) {
  std::vector<std::vector<MatrixJob>> jobs;
  std::unordered_set<std::string> known;
  for (const auto& block : model.blocks()) {
    jobs.push_back(pruning.jobsOf(*block, sparsities));
    for (const auto& matrix : block->description().matrices) known.insert(matrix.name);
  }
  for (const auto& [name, sparsity] : sparsities)
    if (!known.contains(name))
      throw Error(ErrorKind::InvalidInput, "The model has no prunable matrix \"" + name + "\".");
  return jobs;
}

namespace {

class ModelPruner {
 public:
  ModelPruner(const Model& model, const Weights& dense,
              const std::vector<std::shared_ptr<const Batch>>& calibration, const PruneModelOptions& options,
              const JobControl& control, PrunedBlocks* kept)
      : m_model(model),
        m_dense(dense),
        m_processes(processesOf(control)),
        m_relays(m_processes.ownBlocks() && kept),
        m_owners(model, m_relays ? m_processes : oneProcess()),
        m_control(control),
        m_own(m_relays ? JobControl{{}, control.stop} : control),
        m_kept(kept),
        m_pruning(options),
        m_result{dense, {}},
        m_flow(
            m_pruning.needs().any() ? calibration : std::vector<std::shared_ptr<const Batch>>(), dense,
            options.official.firstLayerArguments, m_own, m_pruning.needs().drift,
            m_relays ? [here = m_owners.owns(0)](int64_t) { return here; } : std::function<bool(int64_t)>()) {
    if (m_pruning.needs().any() && calibration.empty())
      throw Error(ErrorKind::InvalidInput,
                  "\"" + m_pruning.methodThatNeedsData() + "\" needs calibration data.");
  }

  ModelPruning run(const Sparsities& sparsities) {
    const auto jobs = jobsOf(m_model, sparsities, m_pruning);
    size_t end = jobs.size();
    while (end > 0 && jobs[end - 1].empty()) --end;
    ProgressMeter meter(m_control, "Pruning", int64_t(end));
    for (size_t b = 0; b < end; ++b) {
      const Block& block = *m_model.blocks()[b];
      const bool last = b + 1 == end;
      const int owner = m_owners.ownerOf(b);
      const bool here = !m_relays || m_owners.owns(b);
      bool behind = false;  // the states
      if (m_relays && b > 0) m_flow.move(m_processes, m_owners.ownerOf(b - 1), owner);
      if (!jobs[b].empty() && !takeKept(block)) {
        if (here) behind = pruneBlock(block, jobs[b], last);
        if (m_kept) keep(block, jobs[b], here, m_relays ? owner : 0);
      }
      if (here && !behind && !last) m_flow.run(block, onDense() ? m_dense : m_result.weights);
      meter.advance(1, block.name());
    }
    return std::move(m_result);
  }

 private:
  bool onDense() const { return m_pruning.options().inputs == CalibrationInputs::Dense; }

  bool takeKept(const Block& block) {
    auto found = m_kept ? m_kept->find(block.name()) : std::nullopt;
    if (found) take(*found);
    return found.has_value();
  }

  void take(const PrunedBlocks::Kept& kept) {
    m_result.weights.store(kept.file);
    m_result.matrices.insert(m_result.matrices.end(), kept.matrices.begin(), kept.matrices.end());
  }

  // here: whether this process has pruned the block.
  void keep(const Block& block, const std::vector<MatrixJob>& jobs, bool here, int writer) {
    if (!here) return take(m_kept->keep(block.name(), {}, {}, writer));
    std::map<std::string, at::Tensor> weights;
    for (const auto& job : jobs) weights[job.matrix.name] = m_result.weights.onHost(job.matrix.name);
    const auto first = m_result.matrices.end() - std::ptrdiff_t(jobs.size());
    const std::vector<MatrixPruning> matrices(first, m_result.matrices.end());
    m_result.matrices.erase(first, m_result.matrices.end());
    take(m_kept->keep(block.name(), weights, matrices, writer));
  }

  // Returns whether the states have gone on to behind the block.
  bool pruneBlock(const Block& block, const std::vector<MatrixJob>& jobs, bool last) {
    std::vector<std::string> names;
    for (const auto& job : jobs) names.push_back(job.matrix.name);
    std::vector<SeenInputs> inputs;
    const auto needs = m_pruning.needs();
    const bool onward = needs.any() && onDense() && !last;
    if (onward)
      inputs = m_flow.gatherAndRun(block, m_dense, names, needs);
    else if (needs.any())
      inputs = m_flow.gather(block, m_result.weights, names, needs);
    for (auto& matrix : m_pruning.prune(block, jobs, inputs, m_result.weights, m_own))
      m_result.matrices.push_back(std::move(matrix));
    return onward;
  }

  const Model& m_model;
  const Weights& m_dense;
  Processes& m_processes;
  bool m_relays;  // each process prunes blocks of its own
  BlockOwners m_owners;
  const JobControl& m_control;
  const JobControl m_own;  // for what this process does without the others where it relays
  PrunedBlocks* m_kept;
  BlockPruning m_pruning;
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
