#include <algorithm>
#include <cmath>
#include <limits>

#include "core/allocate/planner.h"
#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/base/random.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/fingerprint.h"
#include "core/engine/open_model.h"
#include "core/engine/same_inputs.h"
#include "core/engine/score_draws.h"
#include "core/engine/score_method.h"
#include "core/engine/usable_pairs.h"
#include "core/evaluate/own_labels.h"
#include "core/prune/local_statistics.h"

namespace espalier {

namespace {

using Batches = std::vector<std::shared_ptr<const Batch>>;

void checkOptions(const ScoreOptions& o) {
  option_fields::check(scoreFields(), o);
  if (!(o.eps > 0 && o.eps < 1))
    throw Error(ErrorKind::InvalidInput,
                "--eps is " + std::to_string(o.eps) + "; a step above 0 and below 1 was expected.");
  if (!(o.untilStable >= 0 && o.untilStable < 1))
    throw Error(ErrorKind::InvalidInput, "--until-stable is " + std::to_string(o.untilStable) +
                                             "; a difference of sparsities from 0 to 1 was expected.");
  if (o.untilStable > 0 && !scoreMethodRegistry().named("method", o.method).draws)
    throw Error(ErrorKind::InvalidInput,
                "--until-stable draws noise until the plan is stable; " + o.method + " draws none.");
  if (scoresAtTarget(o) && !(o.stableTarget > 0 && o.stableTarget < 1))
    throw Error(ErrorKind::InvalidInput,
                "The target is " + std::to_string(o.stableTarget) + "; " +
                    (o.rescore > 1 ? "parts of the way to it" : "the loss of pruning to it") +
                    " can be scored above 0 and below 1.");
}

// What allocators share by that do not go by a global score, and the local scores themselves where those are
// asked for.
void gatherStatistics(const OpenModel& m, const Batches& batches, const ScoreOptions& options,
                      const JobControl& control, ScoreKeeper& keeper) {
  sweepLocalStatistics(
      *m.model, m.weights, batches, [&](const Block& b) { return takesPart(b, options.includeBridge); },
      [&](const Block& b) { return keeper.hasStatistics(b); }, control,
      [&](const Block&, const std::vector<LocalStatistics>& all) {
        std::map<std::string, std::map<std::string, double>> block;
        for (const auto& s : all) {
          block[s.matrix->name] = {
              {"local", s.sum}, {"outliers", s.outliers}, {"median", s.median}, {"alpha", s.alpha}};
          if (!std::isnan(s.standardError)) block[s.matrix->name][kLocalError] = s.standardError;
        }
        keeper.takeStatistics(block);
      });
}

// What is scored: the dense model, or what became of it in the parts of the way before.
struct Stage {
  const OpenModel& dense;
  const OpenModel& model;
  std::map<std::string, double> plan{};  // that it was pruned to; empty: the dense model
};

nlohmann::json inputsOf(const Stage& stage, const Dataset& drawn, const ScoreOptions& o) {
  const auto& method = scoreMethodRegistry().named("method", o.method);
  nlohmann::json options{{"method", o.method},
                         {"batchSize", o.batchSize},
                         {"draws", o.untilStable > 0 ? 1 : o.draws},
                         {"eps", method.steps ? o.eps : 0},
                         {"seed", o.seed},
                         {"includeBridge", o.includeBridge},
                         {"rounds", "one batch of gradients"},
                         {"device", deviceKindOf(stage.dense)}};
  if (method.atTarget) options["target"] = o.stableTarget;
  if (!stage.plan.empty()) options["pruned"] = stage.plan;
  return {{"program", programFingerprint()},
          {"model", fingerprintOf(stage.dense)},
          {"data", fingerprintOf(drawn)},
          {"options", options}};
}

Scores scoreStage(const Stage& stage, const Dataset& calibration, const ScoreOptions& options,
                  const JobControl& control, const BlockScored& onBlock, const DrawScored& onDraw) {
  const OpenModel& m = stage.model;
  Scores scores;
  scores.method = options.method;
  scores.model = m.info.folder.string();
  const auto& method = scoreMethodRegistry().named("method", options.method);
  const bool byLoss = method.needs == ScoreMethod::Needs::Loss;
  const bool statistics = options.statistics || method.needs == ScoreMethod::Needs::Statistics;
  Batches batches;
  Journal journal;
  if (byLoss || statistics) {
    std::vector<Dataset::Problem> problems;
    if (byLoss) requireAnswers(m, calibration, "scoring by the loss");
    const auto drawn = drawDecodableFor(m, calibration, options.samples, options.seed, control, problems);
    for (const auto& p : problems) scores.extra["skipped"].push_back({{"place", p.place}, {"what", p.what}});
    scores.data = calibration.path.string();
    scores.samples = int64_t(drawn.samples.size());
    scores.batchSize = options.batchSize;
    scores.draws = method.draws ? options.draws : 0;
    scores.eps = method.steps ? options.eps : 0;
    scores.seed = options.seed;
    auto& processes = processesOf(control);
    batches =
        makeBatches(*m.processor, drawn, options.batchSize, control.stop, INT64_MAX, [&](int64_t batch) {
          return processes.owns(batch) || (processes.ownBlocks() && processes.writes());
        });
    if (byLoss && m.model->task() == ModelTask::Classify)
      batches = withOwnLabels(*m.model, stage.dense.weights, batches, control);
    if (processes.several() || !options.journal.path.empty()) {
      const auto inputs = inputsOf(stage, drawn, options);
      checkSameInputs(control, m, &drawn, inputs.at("options"));
      journal = Journal::shared(processes, options.journal.path, "score", inputs, options.journal);
    }
  }
  const size_t rounds = method.draws && options.untilStable == 0 ? size_t(options.draws) : 1;
  ScoreKeeper keeper(m, options, std::move(journal), onBlock, scores, rounds * batches.size());
  if (statistics) gatherStatistics(m, batches, options, control, keeper);
  ScoreWork work{m, batches, options, control, keeper, scores, onDraw};
  method.score(work);
  keeper.finish();
  return scores;
}

std::filesystem::path journalOfPart(const std::filesystem::path& journal, int64_t part) {
  return journal.string() + ".part" + std::to_string(part);
}

// Scores and plan by turns; what each part but the last found stays beside the journal until all is done.
Scores scoreInParts(const OpenModel& dense, const Dataset& calibration, const ScoreOptions& options,
                    const JobControl& control, const BlockScored& onBlock, const DrawScored& onDraw) {
  const int64_t parts = options.rescore;
  const double target = options.stableTarget;
  Scores scores;
  std::map<std::string, std::map<std::string, double>> statistics;
  ModelPtr pruned;
  std::map<std::string, double> sparsities;
  for (int64_t part = 0; part < parts; ++part) {
    const bool last = part + 1 == parts;
    auto own = options;
    own.statistics = options.statistics && part == 0;
    if (!last && !own.journal.path.empty()) {
      own.journal.path = journalOfPart(own.journal.path, part + 1);
      own.journal.lock = {};  // that of the job's own journal
    }
    scores = scoreStage({dense, pruned ? *pruned : dense, sparsities}, calibration, own,
                        partOf(control, part, parts), last ? onBlock : BlockScored(),
                        last ? onDraw : DrawScored());
    if (part == 0)
      for (const auto& s : scores.matrices) statistics[s.matrix] = s.statistics;
    if (last) break;
    PlanRequest request;
    request.target = 1 - std::pow(1 - target, double(part + 1) / double(parts));
    const auto plan = makePlan(scores, request);
    const auto each = plan.sparsities();
    sparsities = {each.begin(), each.end()};
    PruneOptions prune;
    prune.samples = options.samples;
    prune.batchSize = options.batchSize;
    prune.seed = options.seed;
    JobControl quiet{{}, control.stop, control.processes};
    pruned = pruneModel(dense, plan, calibration, prune, quiet).model;
  }
  for (auto& s : scores.matrices)
    if (s.statistics.empty()) s.statistics = statistics[s.matrix];
  scores.extra["rescore"] = {{"parts", parts}, {"target", target}};
  if (!options.journal.path.empty() && processesOf(control).writes())
    for (int64_t part = 1; part < parts; ++part) removeJournal(journalOfPart(options.journal.path, part));
  return scores;
}

}  // namespace

Scores scoreModel(const OpenModel& m, const Dataset& calibration, const ScoreOptions& options,
                  const JobControl& control, const BlockScored& onBlock, const DrawScored& onDraw) {
  if (const auto* there = modelElsewhere(m))
    return scoreElsewhere(*there, calibration, options, control, onBlock, onDraw);
  checkOptions(options);
  processesOf(control).shareWorkers(threadCount());
  if (options.rescore > 1) return scoreInParts(m, calibration, options, control, onBlock, onDraw);
  return scoreStage({m, m}, calibration, options, control, onBlock, onDraw);
}

double planUncertainty(const Scores& scores, double target) {
  for (const auto& m : scores.matrices)
    if (std::isnan(m.standardError)) return std::numeric_limits<double>::quiet_NaN();
  constexpr int kPlans = 200;
  Scores varied = scores;
  std::vector<double> sums, squares;
  for (int plan = 0; plan < kPlans; ++plan) {
    CounterRandom random(0, streamOf("plan uncertainty", uint64_t(plan)));
    for (size_t i = 0; i < varied.matrices.size(); ++i)
      varied.matrices[i].score =
          std::max(0.0, scores.matrices[i].score + scores.matrices[i].standardError * random.normal());
    PlanRequest request;
    request.target = target;
    const auto groups = makePlan(varied, request).groups;
    sums.resize(groups.size());
    squares.resize(groups.size());
    for (size_t g = 0; g < groups.size(); ++g) {
      sums[g] += groups[g].sparsity;
      squares[g] += groups[g].sparsity * groups[g].sparsity;
    }
  }
  double worst = 0;
  for (size_t g = 0; g < sums.size(); ++g) {
    const double mean = sums[g] / kPlans;
    worst = std::max(worst, squares[g] / kPlans - mean * mean);
  }
  return std::sqrt(worst);
}

}  // namespace espalier
