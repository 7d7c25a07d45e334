#include "core/engine/prune_model.h"

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/fingerprint.h"
#include "core/engine/pruned_folder.h"
#include "core/engine/same_inputs.h"
#include "core/engine/usable_pairs.h"
#include "core/prune/criterion.h"
#include "core/prune/prune_model.h"
#include "core/prune/refinement.h"
#include "core/prune/select.h"

namespace espalier {

const std::vector<Method>& pruneCriteria() {
  static const auto all = methodsOf(criteria());
  return all;
}

const std::vector<Method>& pruneRefinements() {
  static const auto all = methodsOf(refinements());
  return all;
}

std::string comparedAmong(const PruneOptions& options, bool vision) {
  const auto& criterion = criterionNamed(options.criterion);
  auto comparison = comparisonNamed(options.comparison);
  if (comparison == Comparison::Auto)
    comparison = criterion.publishedComparison(vision ? Component::Vision : Component::Language);
  return criterion.comparedAmong(comparison);
}

bool canRefine(const std::string& criterion, const std::string& refinement) {
  const bool keeps = criterionNamed(criterion).keepsWeights();
  const auto all = refinementsNamed(refinement);
  return std::all_of(all.begin(), all.end(), [&](const auto* r) { return keeps || !r->keepsWeights(); });
}

bool fitsWeights(const PruneOptions& options) {
  const auto all = refinementsNamed(options.refinement);
  return criterionNamed(options.criterion).needs().drift ||
         std::any_of(all.begin(), all.end(), [](const auto* r) { return r->needs().drift; });
}

bool roundsToInt8(const PruneOptions& options) {
  const auto all = refinementsNamed(options.refinement);
  return std::any_of(all.begin(), all.end(), [](const auto* r) { return r->roundsToInt8(); });
}

void checkOptions(const PruneOptions& options) {
  BlockPruning(modelOptionsOf(options));
}

bool needsCalibration(const PruneOptions& options) {
  return BlockPruning(modelOptionsOf(options)).needs().any();
}

bool inputsAreFixed(const PruneOptions& options) {
  return calibrationInputsNamed(options.inputs) == CalibrationInputs::Dense || !needsCalibration(options);
}

double sparsityUnder(const std::string& pattern, double asked) {
  const auto p = patternNamed(pattern);
  return p.structured() && asked > 0 ? 1 - double(p.n) / double(p.m) : asked;
}

PruneModelOptions modelOptionsOf(const PruneOptions& options) {
  PruneModelOptions pruning;
  pruning.criterion = options.criterion;
  pruning.refinement = options.refinement;
  pruning.pattern = patternNamed(options.pattern);
  pruning.comparison = comparisonNamed(options.comparison);
  pruning.inputs = calibrationInputsNamed(options.inputs);
  pruning.fit = fitTargetNamed(options.fit);
  if (!(options.pictureShare >= 0))
    throw Error(ErrorKind::InvalidInput, "--picture-tokens must be 0 or more.");
  pruning.pictureShare = options.pictureShare;
  if (options.official) pruning.official = OfficialBehaviour::all();
  return pruning;
}

PruneModelOptions modelOptionsOf(const PruneOptions& options, const Model& model) {
  auto pruning = modelOptionsOf(options);
  if (!pruning.pattern.units) return pruning;
  std::map<std::string, std::vector<BlockUnits>> units;
  for (const auto& block : model.blocks()) units[block->name()] = unitsOf(model, *block);
  pruning.units = std::make_shared<const std::map<std::string, std::vector<BlockUnits>>>(std::move(units));
  return pruning;
}

PruneResult prunedResult(const OpenModel& dense, Weights weights, const std::vector<MatrixPruning>& matrices,
                         std::chrono::steady_clock::time_point start) {
  PruneResult result;
  double zeros = 0, total = 0;
  std::unordered_map<std::string, int64_t> nonZeros;
  for (const auto& m : matrices) {
    nonZeros[m.matrix] = m.parameters - int64_t(std::llround(m.achieved * double(m.parameters)));
    zeros += m.achieved * double(m.parameters);
    total += double(m.parameters);
    result.matrices.push_back({m.matrix, m.asked, m.achieved, m.note, m.damping});
  }
  result.sparsity = total > 0 ? zeros / total : 0;
  auto model = std::make_shared<OpenModel>(OpenModel{dense.checkpoint, dense.model, std::move(weights),
                                                     dense.processor, dense.info, dense.prompt});
  model->info.sparsity = sparsityOf(dense, nonZeros);
  result.model = model;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

std::shared_ptr<ScratchFolder> scratchForWeights(int64_t needed) {
  const auto parent = scratchParent();
  std::error_code ec;
  const auto space = std::filesystem::space(parent, ec);
  constexpr int64_t kMega = 1'000'000;
  if (!ec && int64_t(space.available) < needed + 16 * kMega)
    throw Error(ErrorKind::Io, "The pruned weights do not fit into memory, and " + parent.string() + " has " +
                                   std::to_string(space.available / kMega) + " MB free where they need " +
                                   std::to_string(needed / kMega + 17) +
                                   " MB; free some, or name another folder in TMPDIR.");
  return std::make_shared<ScratchFolder>(parent, "espalier-pruned-");
}

std::shared_ptr<ScratchFolder> scratchForPruning(const OpenModel& dense, const Plan& plan) {
  int64_t bytes = 0;
  for (const auto& [name, sparsity] : plan.sparsities())
    if (dense.checkpoint->has(name)) bytes += dense.checkpoint->info(name).bytes();
  return scratchForWeights(bytes);
}

ModelPtr keeping(std::shared_ptr<ScratchFolder> scratch, ModelPtr model) {
  const OpenModel* const is = model.get();
  return {is, [scratch = std::move(scratch), model = std::move(model)](const OpenModel*) mutable {
            model.reset();
            scratch.reset();
          }};
}

PruneResult pruneModel(const OpenModel& dense, const Plan& plan, const Dataset& calibration,
                       const PruneOptions& options, const JobControl& control) {
  if (const auto* there = modelElsewhere(dense))
    return pruneElsewhere(*there, plan, calibration, options, false, control);
  const auto start = std::chrono::steady_clock::now();
  if (options.samples < 1 || options.batchSize < 1)
    throw Error(ErrorKind::InvalidInput, "--samples and --batch-size must be at least 1.");
  const PruneModelOptions pruning = modelOptionsOf(options, *dense.model);
  auto& processes = processesOf(control);
  processes.shareWorkers(threadCount());
  std::vector<std::shared_ptr<const Batch>> batches;
  const bool needsData = BlockPruning(pruning).needs().any();
  std::vector<Dataset::Problem> problems;
  const auto drawn =
      needsData ? drawDecodableFor(dense, calibration, options.samples, options.seed, control, problems)
                : Dataset{};
  if (needsData)
    batches = makeBatches(
        *dense.processor, drawn, options.batchSize, control.stop, INT64_MAX,
        [&](int64_t batch) { return processes.ownBlocks() ? processes.writes() : processes.owns(batch); });
  checkSameInputs(control, dense, needsData ? &drawn : nullptr,
                  {option_fields::toJson(pruneFields(), options), plan.sparsities()});
  std::shared_ptr<ScratchFolder> scratch;
  JournalOptions journal = options.journal;
  if (journal.path.empty() && !fitsInMemory(dense)) {
    scratch = scratchForPruning(dense, plan);
    journal.path = scratch->path() / "kept";
  }
  std::optional<PrunedFolder> kept;
  if (!journal.path.empty()) {
    // A map: the order of the plan's groups does not matter.
    const auto sparsities = plan.sparsities();
    nlohmann::json inputs{{"program", programFingerprint()},
                          {"model", fingerprintOf(dense)},
                          {"data", needsData ? fingerprintOf(drawn) : nlohmann::json()},
                          {"plan", std::map<std::string, double>(sparsities.begin(), sparsities.end())},
                          {"criterion", options.criterion},
                          {"pattern", options.pattern},
                          {"comparison", options.comparison},
                          {"refinement", options.refinement},
                          {"official", options.official},
                          {"batchSize", options.batchSize},
                          {"inputs", options.inputs},
                          {"fit", options.fit},
                          {"pictureTokens", options.pictureShare},
                          {"device", deviceKindOf(dense)}};
    if (scratch)
      kept.emplace(dense.checkpoint, inputs, journal);
    else
      kept.emplace(dense.checkpoint, inputs, journal, processes);
  }
  auto pruned = pruneModel(*dense.model, dense.weights, batches, plan.sparsities(), pruning, control,
                           kept ? &*kept : nullptr);
  auto result = prunedResult(dense, std::move(pruned.weights), pruned.matrices, start);
  if (scratch) result.model = keeping(std::move(scratch), std::move(result.model));
  result.problems = std::move(problems);
  return result;
}

Plan globalMagnitudePlan(const OpenModel& m, double target, bool includeBridge, const JobControl& control) {
  if (const auto* there = modelElsewhere(m))
    return globalPlanElsewhere(*there, target, {},
                               {.method = "global-magnitude", .includeBridge = includeBridge}, control);
  if (!(target >= 0 && target <= 1))
    throw Error(ErrorKind::InvalidInput,
                "The target is " + std::to_string(target) + "; a sparsity from 0 to 1 was expected.");
  Plan plan;
  plan.target = target;
  plan.cap = 1;
  plan.granularity = Granularity::Layer;
  plan.allocator = "global-magnitude";
  int64_t all = 0;
  for (const auto& b : m.model->blocks()) {
    if (!takesPart(*b, includeBridge)) continue;
    for (const auto& matrix : b->description().matrices) {
      PlanGroup g;
      g.name = matrix.name;
      g.component = nameOf(b->description().component);
      g.parameters = matrix.parameters();
      g.matrices = {matrix.name};
      plan.groups.push_back(std::move(g));
      all += matrix.parameters();
    }
  }
  const auto pruned = int64_t(std::llround(target * double(all)));
  if (pruned <= 0 || all == 0) return plan;
  // All weights are read three times: twice for the threshold, once to count what is below.
  const auto groups = int64_t(plan.groups.size());
  ProgressMeter meter(control, "Global magnitude", 3 * groups);
  const auto weight = [&](int64_t g) {
    meter.advance(1, plan.groups[size_t(g)].name);
    return m.weights.onHost(plan.groups[size_t(g)].name);
  };
  const float threshold = pruned < all ? magnitudeOfRank(groups, weight, pruned) : 0;
  parallelFor(groups, [&](int64_t i) {
    auto& g = plan.groups[size_t(i)];
    const auto below = pruned >= all ? g.parameters : (weight(i).abs() < threshold).sum().item<int64_t>();
    g.score = double(g.parameters - below);
    g.sparsity = double(below) / double(g.parameters);
  });
  return plan;
}

}  // namespace espalier
