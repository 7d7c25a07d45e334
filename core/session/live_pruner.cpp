#include "core/session/live_pruner.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "core/base/parallel.h"
#include "core/prune/criterion.h"
#include "core/prune/prune_model.h"
#include "core/session/open_model.h"
#include "core/sweep/prefix_states.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

using States = std::vector<State>;

int64_t heldBytes(const States& states) {
  int64_t bytes = 0;
  for (const auto& s : states) bytes += espalier::heldBytes(s);
  return bytes;
}

}  // namespace

struct LivePruner::Parts {
  ModelPtr dense;
  Dataset calibration;
  PruneOptions options;
  int64_t memoryBytes;
  const Criterion& criterion;
  SparsityPattern pattern;
  Comparison comparison;

  bool prepared = false;
  std::vector<std::shared_ptr<const Batch>> batches{};

  // Of the last run: for each block its sparsities, and the states before it.
  using Key = std::vector<double>;  // one for each matrix of the block; -1 for those the plan does not name
  std::vector<Key> keys{};
  std::vector<States> before{};
  size_t valid = 0;  // blocks whose keys and pruned weights stand, and before[0 ... valid] with them
  std::map<std::string, at::Tensor> weights{};
  std::map<std::string, PrunedMatrix> reports{};
  Reuse reuse{};

  const std::vector<std::unique_ptr<Block>>& blocks() const { return dense->model->blocks(); }

  void prepare(const JobControl& control) {
    if (prepared) return;
    if (criterion.needs().any())
      batches = makeBatches(*dense->processor, drawSamples(calibration, options.samples, options.seed),
                            options.batchSize, control.stop);
    before.assign(blocks().size() + 1, {});
    for (const auto& batch : batches) before[0].push_back(begin(batch, dense->weights));
    keys.assign(blocks().size(), {});
    prepared = true;
  }

  std::vector<Key> keysOf(const Plan& plan) const {
    const auto sparsities = plan.sparsities();
    std::vector<Key> out(blocks().size());
    for (size_t b = 0; b < out.size(); ++b)
      for (const auto& m : blocks()[b]->description().matrices) {
        const auto it = sparsities.find(m.name);
        out[b].push_back(it == sparsities.end() ? -1 : it->second);
      }
    return out;
  }

  void pruneBlock(size_t b, Weights& now, const Key& key, const JobControl& control) {
    const Block& block = *blocks()[b];
    const auto& matrices = block.description().matrices;
    std::vector<std::string> names;
    for (size_t i = 0; i < matrices.size(); ++i)
      if (key[i] >= 0 && !(pattern.structured() && key[i] == 0)) names.push_back(matrices[i].name);
    std::vector<std::shared_ptr<const InputStatistics>> inputs(names.size(), std::make_shared<InputStatistics>());
    if (!names.empty() && criterion.needs().any()) {
      StatisticsGatherer gatherer(names, criterion.needs());
      const States& states = before[b];
      parallelFor(int64_t(states.size()), [&](int64_t i) {
        control.throwIfCancelled();
        auto recorder = gatherer.recorder();
        State aside = states[size_t(i)];
        block.run(aside, {now, &recorder});
        gatherer.add(i, std::move(recorder));
      });
      inputs = gatherer.finish();
    }
    std::map<const InputStatistics*, std::shared_ptr<const Criterion::Prepared>> made;
    for (const auto& i : inputs)
      if (!made.contains(i.get())) made[i.get()] = criterion.prepare(*i, false);
    size_t at = 0;
    for (size_t i = 0; i < matrices.size(); ++i) {
      const auto& matrix = matrices[i];
      if (at == names.size() || names[at] != matrix.name) continue;
      control.throwIfCancelled();
      Selection selection{key[i], comparison, pattern, false};
      if (selection.comparison == Comparison::Auto)
        selection.comparison = criterion.publishedComparison(block.description().component);
      const auto weight = now.onHost(matrix.name);
      auto pruned = criterion.prune(weight, *inputs[at], made[inputs[at].get()].get(), selection);
      const double zeros = double(matrix.parameters() - pruned.weight.count_nonzero().item<int64_t>());
      reports[matrix.name] = {matrix.name, key[i], zeros / double(matrix.parameters()), std::move(pruned.note)};
      weights[matrix.name] = pruned.weight;
      now.set(matrix.name, std::move(pruned.weight));
      ++at;
    }
  }

  // Takes the states from before a block to after it.
  void advance(size_t b, const Weights& now, bool keep, const JobControl& control) {
    States after = before[b];
    parallelFor(int64_t(after.size()), [&](int64_t i) {
      control.throwIfCancelled();
      blocks()[b]->run(after[size_t(i)], {now});
    });
    if (!keep && b > 0) before[b].clear();
    before[b + 1] = std::move(after);
  }
};

LivePruner::LivePruner(ModelPtr dense, Dataset calibration, PruneOptions options, int64_t memoryBytes)
    : m_parts(new Parts{dense, std::move(calibration), options, memoryBytes, criterionNamed(options.criterion),
                        patternNamed(options.pattern), comparisonNamed(options.comparison)}) {}

LivePruner::~LivePruner() = default;

LivePruner::Reuse LivePruner::lastReuse() const {
  return m_parts->reuse;
}

PruneResult LivePruner::run(const Plan& plan, const JobControl& control) {
  c10::NoGradGuard noGrad;
  const auto start = std::chrono::steady_clock::now();
  Parts& p = *m_parts;
  p.prepare(control);
  const auto keys = p.keysOf(plan);
  size_t end = keys.size();
  while (end > 0 && std::all_of(keys[end - 1].begin(), keys[end - 1].end(), [](double s) { return s < 0; })) --end;

  size_t first = 0;
  while (first < p.valid && first < end && keys[first] == p.keys[first]) ++first;
  // The states after the last block that was pruned were never made.
  while (first > 0 && first < end && !p.batches.empty() && p.before[first].empty()) --first;
  p.valid = first;
  p.reuse = {first, end};
  Weights now = p.dense->weights;
  for (size_t b = 0; b < first; ++b)
    for (const auto& m : p.blocks()[b]->description().matrices)
      if (const auto it = p.weights.find(m.name); it != p.weights.end() && p.reports.contains(m.name))
        now.set(m.name, it->second);
  for (size_t b = first; b < p.blocks().size(); ++b)
    for (const auto& m : p.blocks()[b]->description().matrices) p.weights.erase(m.name), p.reports.erase(m.name);

  // States of all blocks are kept where they are small enough together; the first tells.
  bool keep = true;
  if (end > 0 && p.before[std::min<size_t>(1, p.valid)].size() > 0)
    keep = heldBytes(p.before[std::min<size_t>(1, p.valid)]) * int64_t(end) <= p.memoryBytes;
  ProgressMeter meter(control, "Pruning", int64_t(std::max<size_t>(1, end - first)));
  for (size_t b = first; b < end; ++b) {
    p.pruneBlock(b, now, keys[b], control);
    if (b + 1 < end && p.criterion.needs().any()) p.advance(b, now, keep, control);
    p.keys[b] = keys[b];
    p.valid = keep ? b + 1 : 0;
    if (b == 0 && p.before[1].size() > 0) keep = heldBytes(p.before[1]) * int64_t(end) <= p.memoryBytes;
    meter.advance(1, p.blocks()[b]->name());
  }
  // The states after the last pruned block were not needed: the next run may begin there at the earliest.
  p.valid = keep ? end : 0;

  PruneResult result;
  double zeros = 0, total = 0;
  for (size_t b = 0; b < end; ++b)
    for (const auto& m : p.blocks()[b]->description().matrices)
      if (const auto it = p.reports.find(m.name); it != p.reports.end()) {
        result.matrices.push_back(it->second);
        zeros += it->second.achieved * double(m.parameters());
        total += double(m.parameters());
      }
  result.sparsity = total > 0 ? zeros / total : 0;
  auto model = std::make_shared<OpenModel>(
      OpenModel{p.dense->checkpoint, p.dense->model, std::move(now), p.dense->processor, p.dense->info});
  model->info.sparsity = result.sparsity;
  result.model = model;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace espalier
