#include "core/live/live_pruner.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "core/base/parallel.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/prune_model.h"
#include "core/engine/usable_pairs.h"
#include "core/prune/block_pruning.h"
#include "core/prune/calibration_flow.h"
#include "core/sweep/prefix_states.h"

namespace espalier {

namespace {

using Jobs = std::vector<MatrixJob>;

bool sameJobs(const Jobs& a, const Jobs& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const MatrixJob& x, const MatrixJob& y) {
    return x.matrix.name == y.matrix.name && x.sparsity == y.sparsity;
  });
}

std::vector<std::string> namesOf(const Jobs& jobs) {
  std::vector<std::string> names;
  for (const auto& job : jobs) names.push_back(job.matrix.name);
  return names;
}

}  // namespace

struct LivePruner::Parts {
  // A matrix as a preview pruned it, and by what.
  struct Previewed {
    double sparsity = 0;
    SeenInputs inputs;
    MatrixPruning report;
    at::Tensor weight;
    bool quick = false;  // not all that the refinements do
  };

  ModelPtr dense;
  Dataset calibration;
  PruneOptions options;
  int64_t memoryBytes;
  BlockPruning pruning;

  std::shared_ptr<ScratchFolder> scratch{};  // of a run that was cancelled
  bool prepared = false;
  std::vector<std::shared_ptr<const Batch>> batches{};
  std::vector<Dataset::Problem> problems{};  // with the calibration pictures

  // Of the last run: for each block what was pruned in it, and the states before it.
  std::vector<Jobs> jobs{};
  PrefixStates before{memoryBytes};
  PrefixStates denseBefore{memoryBytes};  // those of the dense model, for a fit to its outputs
  size_t valid = 0;                       // blocks whose jobs and pruned weights stand
  std::map<std::string, at::Tensor> weights{};
  std::map<std::string, MatrixPruning> reports{};
  Reuse reuse{};

  std::map<std::string, SeenInputs> seen{};  // what went into each matrix last
  std::map<std::string, Previewed> previewed{};
  // Of matrices whose inputs are fixed; and of their blocks.
  std::map<std::string, std::shared_ptr<const MaskRanks>> ranks{};
  std::vector<PreparedInputs> preparedInputs{};

  const std::vector<std::unique_ptr<Block>>& blocks() const { return dense->model->blocks(); }
  bool needsData() const { return pruning.needs().any(); }
  bool fixed() const { return inputsAreFixed(options); }

  // Ranks are made once for each matrix. Where they take four bytes they are as large as the weights.
  bool keepsRanks() const {
    int64_t weights = 0;
    for (const auto& block : blocks())
      for (const auto& m : block->description().matrices) weights += m.parameters();
    return fixed() && pruning.ranks() && weights * int64_t(sizeof(float)) <= memoryBytes;
  }

  // SparseGPT's are the square of the columns for each input of a block, here reckoned for each matrix.
  bool keepsInputs() const {
    if (!pruning.needs().hessian) return true;
    int64_t numbers = 0;
    for (const auto& block : blocks())
      for (const auto& m : block->description().matrices) numbers += m.columns * m.columns;
    return numbers * int64_t(sizeof(float)) <= memoryBytes;
  }

  void prepare(const JobControl& control) {
    if (prepared) return;
    if (needsData())
      batches =
          makeBatches(*dense->processor,
                      drawDecodableFor(*dense, calibration, options.samples, options.seed, control, problems),
                      options.batchSize, control.stop);
    before.setBatches(batches);
    denseBefore.setBatches(batches);
    jobs.assign(blocks().size(), {});
    preparedInputs.assign(blocks().size(), {});
    prepared = true;
  }

  PruneResult withProblems(PruneResult result) const {
    result.problems = problems;
    return result;
  }

  std::vector<Jobs> jobsOf(const Plan& plan) const {
    const auto sparsities = plan.sparsities();
    std::vector<Jobs> out;
    for (const auto& block : blocks()) out.push_back(pruning.jobsOf(*block, sparsities));
    return out;
  }

  void pruneBlock(size_t b, Weights& now, const JobControl& control, const Jobs& wanted) {
    const Block& block = *blocks()[b];
    std::vector<SeenInputs> inputs;
    if (!wanted.empty() && needsData()) {
      const auto& model = *dense->model;
      States denseStates;
      if (pruning.needs().drift) denseStates = denseBefore.allBefore(model, dense->weights, b, control);
      const DensePass beside{dense->weights, denseStates};
      inputs =
          gatherInputs(block, now, namesOf(wanted), pruning.needs(), before.allBefore(model, now, b, control),
                       control, nullptr, pruning.needs().drift ? &beside : nullptr);
    }
    if (keepsInputs())
      for (size_t j = 0; j < inputs.size(); ++j) seen[wanted[j].matrix.name] = inputs[j];
    for (auto& report : pruning.prune(block, wanted, inputs, now, control)) {
      auto weight = now.onHost(report.matrix);
      const auto it = previewed.find(report.matrix);
      if (it != previewed.end() && at::equal(it->second.weight, weight)) {
        weight = it->second.weight;
        now.set(report.matrix, weight);
      }
      weights[report.matrix] = weight;
      reports[report.matrix] = std::move(report);
    }
  }

  // The inputs that matrices no run has seen have in the dense model.
  void learnInputs(const std::vector<Jobs>& wanted, const JobControl& control) {
    size_t end = 0;
    for (size_t b = 0; b < wanted.size(); ++b)
      for (const auto& job : wanted[b])
        if (!seen.contains(job.matrix.name)) end = b + 1;
    if (end == 0) return;
    States states = before.allBefore(*dense->model, dense->weights, 0, control);
    auto needs = pruning.needs();
    needs.drift = false;
    ProgressMeter meter(control, "Calibrating", int64_t(end));
    for (size_t b = 0; b < end; ++b) {
      std::vector<std::string> names;
      for (const auto& job : wanted[b])
        if (!seen.contains(job.matrix.name)) names.push_back(job.matrix.name);
      const auto inputs = gatherInputs(*blocks()[b], dense->weights, names, needs, states, control, &states);
      for (size_t i = 0; i < names.size(); ++i) seen[names[i]] = inputs[i];
      meter.advance(1, blocks()[b]->name());
    }
  }

  // What a preview has to choose anew in a block, and what became of it.
  struct BlockPreview {
    Jobs changed{};
    std::vector<SeenInputs> inputs{};
    std::vector<Previewed> made{};
    std::map<std::string, std::shared_ptr<const MaskRanks>> ranks{};  // that were not there
  };

  BlockPreview changedIn(const Jobs& wanted, bool quickly) const {
    const auto inputOf = [&](const MatrixJob& job) {
      return needsData() ? seen.at(job.matrix.name) : nullptr;
    };
    const auto isChanged = [&](const MatrixJob& job) {
      const auto it = previewed.find(job.matrix.name);
      return it == previewed.end() || it->second.sparsity != job.sparsity ||
             it->second.inputs != inputOf(job) || (!quickly && it->second.quick);
    };
    const bool all = pruning.takesWholeBlocks() && std::any_of(wanted.begin(), wanted.end(), isChanged);
    BlockPreview out;
    for (const auto& job : wanted) {
      if (!all && !isChanged(job)) continue;
      out.changed.push_back(job);
      if (needsData()) out.inputs.push_back(inputOf(job));
    }
    return out;
  }

  // Changes nothing that other blocks look at, so that they can be chosen at the same time.
  void choose(size_t b, bool byRank, bool quickly, BlockPreview& preview, const JobControl& control) {
    const Block& block = *blocks()[b];
    if (byRank) return chooseByRank(block, preview, control);
    Weights own = dense->weights;
    auto reports = pruning.prune(block, preview.changed, preview.inputs, own, control,
                                 fixed() ? &preparedInputs[b] : nullptr, quickly);
    for (size_t j = 0; j < reports.size(); ++j) {
      const auto& job = preview.changed[j];
      auto weight = own.onHost(job.matrix.name);
      // The last run's own, where it is that.
      const auto it = weights.find(job.matrix.name);
      if (it != weights.end() && at::equal(it->second, weight)) weight = it->second;
      preview.made.push_back(
          {job.sparsity, needsData() ? preview.inputs[j] : nullptr, std::move(reports[j]), weight, quickly});
    }
  }

  void chooseByRank(const Block& block, BlockPreview& preview, const JobControl& control) const {
    for (size_t j = 0; j < preview.changed.size(); ++j) {
      control.throwIfCancelled();
      const auto& [matrix, sparsity] = preview.changed[j];
      const SeenInputs input = needsData() ? preview.inputs[j] : nullptr;
      const auto it = ranks.find(matrix.name);
      auto rank = it == ranks.end() ? nullptr : it->second;
      if (!rank) {
        rank = std::make_shared<MaskRanks>(
            pruning.ranksOf(block, dense->weights.onHost(matrix.name), input ? *input : InputStatistics()));
        preview.ranks[matrix.name] = rank;
      }
      const double achieved = double(rank->zeros(sparsity)) / double(matrix.parameters());
      preview.made.push_back({sparsity, input,
                              MatrixPruning{matrix.name, matrix.parameters(), sparsity, achieved, 0,
                                            input ? pruning.noteOn(*input) : std::string()},
                              rank->masked(sparsity), false});
    }
  }

  // Every matrix by the inputs known of it.
  PruneResult byKnownInputs(const Plan& plan, bool quickly, const JobControl& control) {
    const auto start = std::chrono::steady_clock::now();
    const auto wanted = jobsOf(plan);
    if (needsData()) learnInputs(wanted, control);
    std::vector<BlockPreview> previews;
    for (const auto& jobs : wanted) previews.push_back(changedIn(jobs, quickly));
    reuse = {};
    for (size_t b = 0; b < wanted.size(); ++b) {
      reuse.total += !wanted[b].empty();
      reuse.reused += !wanted[b].empty() && previews[b].changed.empty();
    }
    try {
      const bool byRank = keepsRanks();
      ProgressMeter meter(control, "Pruning", int64_t(std::max<size_t>(1, reuse.total - reuse.reused)));
      parallelFor(int64_t(wanted.size()), [&](int64_t b) {
        auto& preview = previews[size_t(b)];
        if (preview.changed.empty()) return;
        choose(size_t(b), byRank, quickly, preview, control);
        meter.advance(1, blocks()[size_t(b)]->name());
      });
    } catch (const Cancelled&) {
      keep(previews);
      throw;
    }
    keep(previews);
    Weights now = dense->weights;
    std::vector<MatrixPruning> done;
    for (const auto& jobs : wanted)
      for (const auto& job : jobs) {
        const auto& chosen = previewed.at(job.matrix.name);
        now.set(job.matrix.name, chosen.weight);
        done.push_back(chosen.report);
      }
    return prunedResult(*dense, std::move(now), done, start);
  }

  // Keeping no more than a cancelled run's files.
  PruneResult once(const Plan& plan, const JobControl& control) {
    PruneOptions own = options;
    if (!fitsInMemory(*dense)) {
      if (!scratch) scratch = scratchForPruning(*dense, plan);
      own.journal.path = scratch->path() / "kept";
    }
    auto result = pruneModel(*dense, plan, calibration, own, control);
    if (scratch) result.model = keeping(std::exchange(scratch, nullptr), std::move(result.model));
    return result;
  }

  bool prunesOnce() const { return options.official || !fitsInMemory(*dense) || (fixed() && !keepsInputs()); }

  // What has been chosen, in whole blocks or a part of them.
  void keep(std::vector<BlockPreview>& previews) {
    for (auto& preview : previews) {
      for (size_t j = 0; j < preview.made.size(); ++j)
        previewed[preview.changed[j].matrix.name] = std::move(preview.made[j]);
      ranks.merge(preview.ranks);
    }
  }
};

LivePruner::LivePruner(ModelPtr dense, Dataset calibration, PruneOptions options, int64_t memoryBytes)
    : m_parts(new Parts{
          dense, std::move(calibration), options, memoryBytes,
          BlockPruning(dense->model ? modelOptionsOf(options, *dense->model) : modelOptionsOf(options))}) {}

LivePruner::~LivePruner() = default;

LivePruner::Reuse LivePruner::lastReuse() const {
  return m_parts->reuse;
}

PruneResult LivePruner::run(const Plan& plan, const JobControl& control) {
  c10::NoGradGuard noGrad;
  const auto start = std::chrono::steady_clock::now();
  Parts& p = *m_parts;
  if (const auto* there = modelElsewhere(*p.dense))
    return pruneElsewhere(*there, plan, p.calibration, p.options, false, control);
  // Official calls of layers are not ours: nothing is kept of them.
  if (p.prunesOnce()) return p.once(plan, control);
  p.prepare(control);
  if (p.fixed()) return p.withProblems(p.byKnownInputs(plan, false, control));
  const auto jobs = p.jobsOf(plan);
  size_t end = jobs.size();
  while (end > 0 && jobs[end - 1].empty()) --end;

  size_t first = 0;
  while (first < p.valid && first < end && sameJobs(jobs[first], p.jobs[first])) ++first;
  p.valid = first;
  p.before.forgetBehind(first);
  p.reuse = {first, end};
  Weights now = p.dense->weights;
  for (size_t b = 0; b < first; ++b)
    for (const auto& job : p.jobs[b]) now.set(job.matrix.name, p.weights.at(job.matrix.name));
  for (size_t b = first; b < p.blocks().size(); ++b)
    for (const auto& m : p.blocks()[b]->description().matrices)
      p.weights.erase(m.name), p.reports.erase(m.name);

  ProgressMeter meter(control, "Pruning", int64_t(std::max<size_t>(1, end - first)));
  for (size_t b = first; b < end; ++b) {
    p.pruneBlock(b, now, control, jobs[b]);
    p.jobs[b] = jobs[b];
    // Where the states before a later block are not kept, making them again costs as much as a run.
    p.valid = p.before.fits() ? b + 1 : 0;
    meter.advance(1, p.blocks()[b]->name());
  }

  std::vector<MatrixPruning> reports;
  for (size_t b = 0; b < end; ++b)
    for (const auto& job : jobs[b]) reports.push_back(p.reports.at(job.matrix.name));
  return p.withProblems(prunedResult(*p.dense, std::move(now), reports, start));
}

PruneResult LivePruner::preview(const Plan& plan, const JobControl& control) {
  c10::NoGradGuard noGrad;
  Parts& p = *m_parts;
  if (const auto* there = modelElsewhere(*p.dense))
    return pruneElsewhere(*there, plan, p.calibration, p.options, true, control);
  if (p.prunesOnce() || !p.keepsInputs()) return run(plan, control);
  p.prepare(control);
  return p.withProblems(p.byKnownInputs(plan, !p.pruning.isQuick(), control));
}

bool LivePruner::previewsExactly(const PruneOptions& options) {
  return inputsAreFixed(options) && BlockPruning(modelOptionsOf(options)).isQuick();
}

}  // namespace espalier
