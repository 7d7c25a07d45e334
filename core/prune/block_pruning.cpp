#include "core/prune/block_pruning.h"

#include <map>
#include <utility>

#include "core/base/error.h"
#include "core/prune/criterion.h"
#include "core/prune/refinement.h"

namespace espalier {

BlockPruning::BlockPruning(PruneModelOptions options)
    : m_options(std::move(options)),
      m_criterion(criterionNamed(m_options.criterion)),
      m_refinements(refinementsNamed(m_options.refinement)) {
  for (const auto* r : m_refinements)
    if (r->keepsWeights() && !m_criterion.keepsWeights())
      throw Error(ErrorKind::InvalidInput, "The refinement \"" + r->name() +
                                               "\" exchanges weights that keep their values; \"" +
                                               m_options.criterion + "\" changes them.");
  if (m_options.fit == FitTarget::Dense && !fits())
    throw Error(ErrorKind::InvalidInput,
                "A fit to the dense model's outputs needs a criterion or refinement that fits weights (admm, "
                "alps, refit); \"" +
                    m_options.criterion + "\" does not.");
  if (m_options.official.padding && m_options.pictureShare > 0)
    throw Error(
        ErrorKind::InvalidInput,
        "The released code calibrates on all tokens of pictures; with --official there are none to choose.");
  if (m_options.official.firstLayerArguments && m_options.fit == FitTarget::Dense)
    throw Error(ErrorKind::InvalidInput, "The released code fits nothing to the dense model's outputs.");
  if (m_options.official.firstLayerArguments && m_options.inputs == CalibrationInputs::Dense)
    throw Error(ErrorKind::InvalidInput,
                "The released code calibrates on what the pruned blocks before produce; with the inputs of "
                "the dense model there is nothing official to follow.");
}

bool BlockPruning::fits() const {
  bool fits = m_criterion.needs().drift;
  for (const auto* r : m_refinements) fits = fits || r->needs().drift;
  return fits;
}

StatisticsNeeds BlockPruning::needs() const {
  auto needs = m_criterion.needs();
  for (const auto* r : m_refinements) needs = needs | r->needs();
  // The dense model's inputs are the dense model's.
  needs.drift = m_options.fit == FitTarget::Dense && m_options.inputs == CalibrationInputs::Pruned;
  needs.padding = m_options.official.padding;
  if (needs.any()) needs.pictureShare = m_options.pictureShare;
  return needs;
}

const std::string& BlockPruning::needy() const {
  if (m_criterion.needs().any()) return m_options.criterion;
  for (const auto* r : m_refinements)
    if (r->needs().any()) return r->name();
  return m_options.criterion;
}

std::vector<MatrixJob> BlockPruning::jobsOf(const Block& block,
                                            const std::unordered_map<std::string, double>& sparsities) const {
  std::vector<MatrixJob> jobs;
  for (const auto& matrix : block.description().matrices) {
    const auto it = sparsities.find(matrix.name);
    if (it == sparsities.end()) continue;
    if (!(it->second >= 0 && it->second <= 1))
      throw Error(ErrorKind::InvalidInput, "The sparsity of \"" + matrix.name + "\" is " +
                                               std::to_string(it->second) + "; it must lie between 0 and 1.");
    if (m_options.pattern.structured() && it->second == 0) continue;
    checkPattern(m_options.pattern, matrix.columns, matrix.name, m_options.official.counts);
    jobs.push_back({matrix, it->second});
  }
  return jobs;
}

std::vector<MatrixPruning> BlockPruning::prune(const Block& block, const std::vector<MatrixJob>& jobs,
                                               const std::vector<SeenInputs>& inputs, Weights& weights,
                                               const JobControl& control, PreparedInputs* prepared) const {
  const SeenInputs none = std::make_shared<InputStatistics>();
  const auto inputsOf = [&](size_t j) -> const SeenInputs& { return inputs.empty() ? none : inputs[j]; };
  PreparedInputs own;
  PreparedInputs& known = prepared && !inputs.empty() ? *prepared : own;
  for (size_t j = 0; j < jobs.size(); ++j) {
    if (known.contains(inputsOf(j))) continue;
    control.throwIfCancelled();
    if (!isReached(*inputsOf(j))) continue;
    known[inputsOf(j)] = m_criterion.prepare(*inputsOf(j), m_options.official.lateDamping);
  }
  std::vector<MatrixPruning> done;
  for (size_t j = 0; j < jobs.size(); ++j) {
    control.throwIfCancelled();
    const auto& matrix = jobs[j].matrix;
    const auto& seen = *inputsOf(j);
    const bool reached = isReached(seen);
    const auto& criterion = criterionFor(m_criterion, seen);
    const auto selection = selectionFor(criterion, block, jobs[j].sparsity);
    const auto weight = weights.onHost(matrix.name);
    auto pruned = criterion.prune(weight, seen, reached ? known.at(inputsOf(j)).get() : nullptr, selection);
    if (!reached) pruned.note = noteOn(seen);
    if (reached)
      for (const auto* r : m_refinements) r->refine(weight, seen, m_options.pattern, pruned);
    const double zeros = double(matrix.parameters() - nonZeroCount(pruned.weight));
    done.push_back({matrix.name, matrix.parameters(), jobs[j].sparsity, zeros / double(matrix.parameters()),
                    pruned.damping, std::move(pruned.note)});
    weights.set(matrix.name, std::move(pruned.weight));
  }
  return done;
}

std::string BlockPruning::noteOn(const InputStatistics& inputs) const {
  if (isReached(inputs)) return {};
  return "No calibration token reached this expert; its weights went by magnitude.";
}

Selection BlockPruning::selectionFor(const Criterion& criterion, const Block& block, double sparsity) const {
  Selection selection{sparsity, m_options.comparison, m_options.pattern, m_options.official.counts};
  if (selection.comparison == Comparison::Auto)
    selection.comparison = criterion.publishedComparison(block.description().component);
  return selection;
}

bool BlockPruning::ranks() const {
  return m_criterion.keepsWeights() && m_refinements.empty() && !m_options.pattern.structured() &&
         !m_options.official.counts;
}

MaskRanks BlockPruning::ranksOf(const Block& block, const at::Tensor& weight,
                                const InputStatistics& inputs) const {
  const auto& criterion = criterionFor(m_criterion, inputs);
  return {weight, criterion.ranking(weight, inputs), selectionFor(criterion, block, 0).comparison};
}

}  // namespace espalier
