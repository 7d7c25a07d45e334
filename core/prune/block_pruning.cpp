#include "core/prune/block_pruning.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/prune/criterion.h"
#include "core/prune/refinement.h"
#include "core/prune/unit_masks.h"

namespace espalier {

namespace {

// Which process prunes each matrix: the one that has its inputs, or without inputs the one with the least to
// do, the largest first.
std::vector<int> ownersOf(const std::vector<MatrixJob>& jobs, const std::vector<SeenInputs>& inputs,
                          int processes) {
  std::vector<int> owners(jobs.size());
  for (size_t j = 0; j < inputs.size(); ++j) owners[j] = inputs[j]->owner;
  if (!inputs.empty() || processes == 1) return owners;
  std::vector<size_t> order(jobs.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return jobs[a].matrix.parameters() > jobs[b].matrix.parameters();
  });
  std::vector<int64_t> load(static_cast<size_t>(processes));
  for (const size_t j : order) {
    const auto least = std::min_element(load.begin(), load.end());
    owners[j] = int(least - load.begin());
    *least += jobs[j].matrix.parameters();
  }
  return owners;
}

bool isSameBit(float a, float b) {
  return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b);
}

// A bit for each weight that became zero, where all others are what they were; nothing where some are not.
std::optional<std::vector<uint8_t>> zerosOf(const at::Tensor& pruned, const at::Tensor& before) {
  const float *now = pruned.data_ptr<float>(), *was = before.data_ptr<float>();
  std::vector<uint8_t> zeros(size_t(pruned.numel() + 7) / 8);
  for (int64_t i = 0; i < pruned.numel(); ++i) {
    if (isSameBit(now[i], was[i])) continue;
    if (!isSameBit(now[i], 0.0F)) return std::nullopt;
    zeros[size_t(i) / 8] |= uint8_t(1U << (i % 8));
  }
  return zeros;
}

// What became of a matrix, from the process that pruned it to all. Where only zeros were set these are sent,
// a thirty-second of the weights.
void tellPruned(Processes& processes, int owner, const Weights& dense, Weights& weights,
                MatrixPruning& report, const PrunableMatrix& matrix) {
  const bool mine = owner == processes.rank();
  const auto before = dense.onHost(matrix.name).contiguous();
  at::Tensor weight;
  PackedValues out;
  if (mine) {
    weight = weights.onHost(matrix.name).contiguous();
    const auto zeros = zerosOf(weight, before);
    out.put(report.asked);
    out.put(report.achieved);
    out.put(report.damping);
    out.put(report.note);
    out.put(zeros.has_value());
    if (zeros) out.put(*zeros);
  }
  const auto received = processes.broadcastText(owner, out.bytes());
  PackedReader in(received);
  const auto asked = in.take<double>(), achieved = in.take<double>(), damping = in.take<double>();
  auto note = in.takeText();
  if (in.take<bool>()) {
    if (mine) return;
    weight = before.clone();
    const auto zeros = in.takeVector<uint8_t>(size_t(weight.numel() + 7) / 8);
    auto* values = weight.data_ptr<float>();
    for (int64_t i = 0; i < weight.numel(); ++i)
      if (zeros[size_t(i) / 8] >> (i % 8) & 1) values[i] = 0;
  } else {
    if (!mine) weight = at::empty({matrix.rows, matrix.columns});
    processes.broadcast(owner, {static_cast<std::byte*>(weight.data_ptr()), weight.nbytes()});
    if (mine) return;
  }
  report = {matrix.name, matrix.parameters(), asked, achieved, damping, std::move(note)};
  weights.set(matrix.name, std::move(weight));
}

}  // namespace

BlockPruning::BlockPruning(PruneModelOptions options)
    : m_options(std::move(options)),
      m_criterion(criterionNamed(m_options.criterion)),
      m_refinements(refinementsNamed(m_options.refinement)) {
  for (const auto* r : m_refinements)
    if (r->keepsWeights() && !m_criterion.keepsWeights())
      throw Error(ErrorKind::InvalidInput, "The refinement \"" + r->name() +
                                               "\" exchanges weights that keep their values; \"" +
                                               m_options.criterion + "\" changes them.");
  if (m_options.pattern.together()) {
    const auto refuse = [&](const std::string& who, const char* what) {
      throw Error(ErrorKind::InvalidInput, "The pattern " + nameOf(m_options.pattern) +
                                               " needs a criterion that ranks weights, such as wanda, and no "
                                               "refinement that exchanges them one by one; \"" +
                                               who + what);
    };
    if (!m_criterion.keepsWeights()) refuse(m_options.criterion, "\" chooses and fits weights one by one.");
    for (const auto* r : m_refinements)
      if (r->keepsWeights()) refuse(r->name(), "\" does.");
    if (m_options.official.counts)
      throw Error(ErrorKind::InvalidInput, "The released code has no pattern " + nameOf(m_options.pattern) +
                                               "; prune without --official, or unstructured.");
  }
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

const std::string& BlockPruning::methodThatNeedsData() const {
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
    checkPattern(m_options.pattern, matrix.rows, matrix.columns, matrix.name, m_options.official.counts);
    jobs.push_back({matrix, it->second});
  }
  if (m_options.pattern.units && !jobs.empty()) goneUnits(block, jobs);
  return jobs;
}

MatrixPruning BlockPruning::pruneMatrix(const Block& block, const MatrixJob& job, const SeenInputs& inputs,
                                        const PreparedInputs& prepared, Weights& weights,
                                        const at::Tensor& mask, bool quickly) const {
  const auto& matrix = job.matrix;
  const bool reached = isReached(*inputs);
  const auto& criterion = criterionFor(m_criterion, *inputs);
  const auto weight = weights.onHost(matrix.name);
  auto pruned = mask.defined()
                    ? PrunedWeight{zeroed(weight, mask), at::logical_or(mask, weight == 0), 0, {}}
                    : criterion.prune(weight, *inputs, reached ? prepared.at(inputs).get() : nullptr,
                                      selectionFor(criterion, block, job.sparsity));
  if (!reached) pruned.note = noteOn(*inputs);
  if (reached)
    for (const auto* r : m_refinements) {
      if (quickly)
        r->refineQuickly(weight, *inputs, m_options.pattern, pruned);
      else
        r->refine(weight, *inputs, m_options.pattern, pruned);
    }
  const double zeros = double(matrix.parameters() - nonZeroCount(pruned.weight));
  MatrixPruning report{matrix.name,    matrix.parameters(),
                       job.sparsity,   zeros / double(matrix.parameters()),
                       pruned.damping, std::move(pruned.note)};
  weights.set(matrix.name, std::move(pruned.weight));
  return report;
}

std::vector<MatrixPruning> BlockPruning::prune(const Block& block, const std::vector<MatrixJob>& jobs,
                                               const std::vector<SeenInputs>& inputs, Weights& weights,
                                               const JobControl& control, PreparedInputs* prepared,
                                               bool quickly) const {
  const SeenInputs none = std::make_shared<InputStatistics>();
  const auto inputsOf = [&](size_t j) -> const SeenInputs& { return inputs.empty() ? none : inputs[j]; };
  auto& processes = processesOf(control);
  const auto owners = ownersOf(jobs, inputs, processes.size());
  const auto isOwn = [&](size_t j) { return owners[j] == processes.rank(); };
  const Weights before = processes.several() ? weights : Weights(std::map<std::string, at::Tensor>());
  PreparedInputs own;
  PreparedInputs& known = prepared && !inputs.empty() ? *prepared : own;
  std::vector<SeenInputs> unknown;
  for (size_t j = 0; j < jobs.size(); ++j)
    if (isOwn(j) && !known.contains(inputsOf(j)) && isReached(*inputsOf(j)) &&
        std::find(unknown.begin(), unknown.end(), inputsOf(j)) == unknown.end())
      unknown.push_back(inputsOf(j));
  prepareAll(unknown, known, control);
  const auto masks = m_options.pattern.units && !jobs.empty()
                         ? unitMasks(block, jobs, inputs, owners, weights, control)
                         : std::vector<at::Tensor>(jobs.size());
  std::vector<MatrixPruning> done(jobs.size());
  for (size_t j = 0; j < jobs.size(); ++j) {
    control.throwIfCancelled();
    if (isOwn(j)) done[j] = pruneMatrix(block, jobs[j], inputsOf(j), known, weights, masks[j], quickly);
  }
  if (!processes.several()) return done;
  for (size_t j = 0; j < jobs.size(); ++j)
    tellPruned(processes, owners[j], before, weights, done[j], jobs[j].matrix);
  return done;
}

void BlockPruning::prepareAll(const std::vector<SeenInputs>& inputs, PreparedInputs& prepared,
                              const JobControl& control) const {
  // A factorisation of so many columns keeps several workers busy; smaller ones go side by side.
  constexpr int64_t kSideBySide = 1024;
  std::vector<std::shared_ptr<const Criterion::Prepared>> made(inputs.size());
  const auto prepare = [&](size_t i) {
    control.throwIfCancelled();
    made[i] = m_criterion.prepare(*inputs[i], m_options.official.lateDamping);
  };
  std::vector<size_t> small;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i]->hessian.defined() && inputs[i]->hessian.size(0) < kSideBySide)
      small.push_back(i);
    else
      prepare(i);
  }
  parallelFor(int64_t(small.size()), [&](int64_t i) { prepare(small[size_t(i)]); });
  for (size_t i = 0; i < inputs.size(); ++i) prepared[inputs[i]] = made[i];
}

bool BlockPruning::isQuick() const {
  return std::all_of(m_refinements.begin(), m_refinements.end(), [](const auto* r) { return r->isQuick(); });
}

const std::vector<BlockUnits>& BlockPruning::unitsIn(const Block& block) const {
  static const std::vector<BlockUnits> none;
  if (!m_options.units) return none;
  const auto at = m_options.units->find(block.name());
  return at == m_options.units->end() ? none : at->second;
}

std::vector<int64_t> BlockPruning::goneUnits(const Block& block, const std::vector<MatrixJob>& jobs) const {
  std::map<std::string, double> sparsities;
  for (const auto& job : jobs) sparsities[job.matrix.name] = job.sparsity;
  return unitsToGo(unitsIn(block), block.description(), sparsities);
}

std::vector<at::Tensor> BlockPruning::unitMasks(const Block& block, const std::vector<MatrixJob>& jobs,
                                                const std::vector<SeenInputs>& inputs,
                                                const std::vector<int>& owners, const Weights& weights,
                                                const JobControl& control) const {
  const auto& units = unitsIn(block);
  const auto gone = goneUnits(block, jobs);
  auto& processes = processesOf(control);
  std::vector<at::Tensor> masks(jobs.size());
  for (size_t u = 0; u < units.size(); ++u) {
    std::vector<double> importance(size_t(units[u].count));
    for (size_t j = 0; j < jobs.size(); ++j) {
      // The process that has a matrix's inputs tells the others what they say of its units.
      std::vector<double> ofMatrix(importance.size());
      if (owners[j] == processes.rank()) {
        const auto& seen = inputs.empty() ? InputStatistics() : *inputs[j];
        const auto weight = weights.onHost(jobs[j].matrix.name);
        addImportance(units[u], jobs[j].matrix.name, criterionFor(m_criterion, seen).scores(weight, seen),
                      ofMatrix);
      }
      if (processes.several()) {
        PackedValues out;
        out.put(ofMatrix);
        const auto received = processes.broadcastText(owners[j], out.bytes());
        ofMatrix = PackedReader(received).takeVector<double>(importance.size());
      }
      for (size_t i = 0; i < importance.size(); ++i) importance[i] += ofMatrix[i];
    }
    const auto goes = leastUnits(importance, gone[u]);
    for (size_t j = 0; j < jobs.size(); ++j) {
      const auto mask = unitMask(units[u], jobs[j].matrix, goes);
      masks[j] = masks[j].defined() ? at::logical_or(masks[j], mask) : mask;
    }
  }
  return masks;
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
  return m_criterion.keepsWeights() && m_refinements.empty() && m_options.pattern == SparsityPattern{} &&
         !m_options.official.counts;
}

MaskRanks BlockPruning::ranksOf(const Block& block, const at::Tensor& weight,
                                const InputStatistics& inputs) const {
  const auto& criterion = criterionFor(m_criterion, inputs);
  return {weight, criterion.ranking(weight, inputs), selectionFor(criterion, block, 0).comparison};
}

}  // namespace espalier
