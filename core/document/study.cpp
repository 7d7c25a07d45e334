#include "core/document/study.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <sstream>
#include <tuple>

#include "core/allocate/planner.h"
#include "core/base/fixed_text.h"
#include "core/base/json_text.h"
#include "core/base/made_folder.h"
#include "core/base/mapping.h"
#include "core/base/owner.h"
#include "core/base/processes.h"
#include "core/document/plan_storage.h"
#include "core/document/study_json.h"
#include "core/document/study_point_file.h"
#include "core/engine/elsewhere.h"
#include "core/engine/fingerprint.h"
#include "core/engine/same_inputs.h"
#include "core/engine/score_draws.h"

namespace espalier {

namespace fs = std::filesystem;

std::vector<std::string> methodNamesOf(const StudyOptions& o) {
  if (!o.methods.empty()) return o.methods;
  std::vector<std::string> all;
  for (const auto& m : studyMethods())
    if (!m.isSlow()) all.push_back(m.name);
  return all;
}

StudyData halvesOf(const Dataset& data) {
  StudyData halves;
  for (auto* half : {&halves.calibration, &halves.test}) {
    half->path = data.path;
    half->kind = data.kind;
    half->classNames = data.classNames;
  }
  std::map<fs::path, Dataset*> sideOf;
  int64_t groups = 0;
  for (const auto& sample : drawSamples(data, int64_t(data.samples.size()), 0).samples) {
    auto* side = groups % 2 == 0 ? &halves.calibration : &halves.test;
    if (!sample.image.empty()) {
      const auto [it, isNew] = sideOf.emplace(sample.image, side);
      groups += isNew;
      side = it->second;
    } else {
      ++groups;
    }
    side->samples.push_back(sample);
  }
  if (halves.test.samples.empty())
    throw Error(ErrorKind::InvalidInput,
                data.path.string() +
                    " cannot be divided into calibration and test data: at least two "
                    "samples, of different pictures, were expected.");
  return halves;
}

namespace {

// Shared out anew for another target.
Plan planAt(Plan plan, double target, bool capFollowsTarget) {
  plan.target = target;
  plan.cap = capFollowsTarget ? defaultCap(target) : std::max(plan.cap, target);
  try {
    return reallocated(plan, capFollowsTarget);
  } catch (const BudgetError& error) {
    plan.target = error.nearestTarget();
    plan.cap = capFollowsTarget ? defaultCap(plan.target) : std::max(plan.cap, plan.target);
    return reallocated(plan, capFollowsTarget);
  }
}

Plan uniformPlan(const OpenModel& model, double sparsity) {
  Scores equal;
  equal.method = "uniform";
  for (const auto& b : infoOf(model).blocks)
    if (b.prunedByDefault)
      for (const auto& m : b.matrices)
        equal.matrices.push_back({m.name, b.name, nameOf(b.component), m.parameters(), 1, 0, {}});
  PlanRequest request;
  request.target = sparsity;
  request.allocator = "uniform";
  return makePlan(equal, request);
}

// What the points of one study share.
class StudyRun {
 public:
  StudyRun(const ModelPtr& model, const Dataset& calibration, const Dataset& test,
           const StudyOptions& options, const JobControl& control)
      : m_model(model), m_calibration(calibration), m_test(test), m_options(options), m_control(control) {}

  StudyPoint measure(const StudyMethod& method, double sparsity, uint64_t seed) {
    StudyPoint point{method.name, sparsity, 0, seed, {}, {}};
    const auto e = sparsity == 0 ? dense() : pruned(method, sparsity, seed, point);
    if (sparsity == 0)
      point.bytes =
          storageSize(uniformPlan(*m_model, 0), "unstructured", bytesPerWeight(infoOf(*m_model))).denseBytes;
    point.verdicts = verdictsOf(e);
    point.kinds = e.byKind(m_test);
    point.metrics = e.metrics;
    if (makesConversations(*m_model) && m_test.kind != DataKind::Text)
      point.prompt = nameOf(PromptForm::Chat);
    return point;
  }

 private:
  // The same for all methods and seeds.
  const Evaluation& dense() {
    if (!m_dense) m_dense = evaluateModel(*m_model, m_test, m_control);
    return *m_dense;
  }

  Evaluation pruned(const StudyMethod& method, double sparsity, uint64_t seed, StudyPoint& point) {
    const auto start = std::chrono::steady_clock::now();
    // Scores serve all sparsities of a method and seed, where they are of no one target; each point says what
    // it would have cost alone.
    double before = 0;
    Plan plan;
    const ModelPtr model = made(method, sparsity, seed, plan, before);
    point.seconds = before + std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    point.achieved = infoOf(*model).sparsity;
    auto options = m_options.prune;
    if (!method.refinement.empty()) options.refinement = method.refinement;
    point.bytes = storageOf(plan, options, infoOf(*m_model)).compressedBytes;
    return evaluateModel(*model, m_test, m_control, {}, m_model);
  }

  // secondsBefore: what was spent on it for an earlier point.
  ModelPtr made(const StudyMethod& method, double sparsity, uint64_t seed, Plan& plan,
                double& secondsBefore) {
    auto options = m_options.prune;
    if (isGlobal(method)) {
      GlobalPruneOptions global;
      global.method = method.score;
      global.samples = options.samples, global.batchSize = options.batchSize, global.seed = seed;
      auto all = pruneGlobally(*m_model, sparsity, m_calibration, global, m_control);
      plan = std::move(all.plan);
      return all.result.model;
    }
    if (!isPlanItself(method)) options.criterion = method.criterion;
    if (!method.refinement.empty()) options.refinement = method.refinement;
    if (!fitsWeights(options)) options.fit = "pruned";
    options.seed = seed;
    if (method.score == "global-magnitude") options.comparison = "matrix";
    if (const auto known = m_scoreSeconds.find(scoringOf(method.score, sparsity, seed));
        known != m_scoreSeconds.end())
      secondsBefore = known->second;
    plan = planOf(method, sparsity, seed);
    const auto pruned = pruneModel(*m_model, plan, m_calibration, options, m_control).model;
    if (method.recovery.empty()) return pruned;
    auto recover = m_options.recover;
    recover.methods = method.recovery;
    recover.seed = seed;
    return recoverModel(*pruned, m_model, m_calibration, recover, {}, m_control).model;
  }

  Plan planOf(const StudyMethod& method, double sparsity, uint64_t seed) {
    if (method.score == "global-magnitude") return globalMagnitudePlan(*m_model, sparsity, false, m_control);
    if (isPlanItself(method)) return planAt(*m_options.plan, sparsity, m_options.capFollowsTarget);
    if (method.score == "uniform") return uniformPlan(*m_model, sparsity);
    PlanRequest request;
    request.target = sparsity;
    return makePlan(scoresOf(method.score, sparsity, seed), request);
  }

  // One run of scoring: the method, the target where the scores belong to one, the seed.
  using Scoring = std::tuple<std::string, double, uint64_t>;

  ScoreOptions scoreOptionsOf(const std::string& method, double sparsity, uint64_t seed) const {
    auto options = m_options.score;
    options.method = method;
    if (!drawsNoise(options.method)) options.untilStable = 0;
    options.seed = seed;
    if (scoresAtTarget(options)) options.stableTarget = sparsity;
    return options;
  }

  Scoring scoringOf(const std::string& method, double sparsity, uint64_t seed) const {
    return {method, scoresAtTarget(scoreOptionsOf(method, sparsity, seed)) ? sparsity : 0, seed};
  }

  const Scores& scoresOf(const std::string& method, double sparsity, uint64_t seed) {
    const auto scoring = scoringOf(method, sparsity, seed);
    const auto [it, isNew] = m_scores.try_emplace(scoring);
    if (!isNew) return it->second;
    const auto start = std::chrono::steady_clock::now();
    try {
      it->second = scoreModel(*m_model, m_calibration, scoreOptionsOf(method, sparsity, seed), m_control);
      m_scoreSeconds[scoring] =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      return it->second;
    } catch (...) {
      m_scores.erase(it);
      throw;
    }
  }

  const ModelPtr& m_model;
  const Dataset& m_calibration;
  const Dataset& m_test;
  const StudyOptions& m_options;
  const JobControl& m_control;
  std::map<Scoring, Scores> m_scores;
  std::map<Scoring, double> m_scoreSeconds;  // that these took
  std::optional<Evaluation> m_dense;
};

struct PointJob {
  StudyMethod method;
  double sparsity = 0;
  uint64_t seed = 0;
  StudyPointFile file;

  std::string text() const { return method.name + ", " + fixedText(100 * sparsity, 0) + " %"; }
};

// Each point is measured by the process that claims it first. They begin at different places, so that each
// scores by its own method and seed as long as it can. When all return, all points are measured.
void shareJobs(const std::vector<PointJob>& jobs, Processes& processes,
               const std::function<void(const PointJob&)>& measure) {
  // Rank 0 holds the folder: claims in it are of processes that are gone.
  if (processes.writes())
    for (const auto& job : jobs) job.file.giveUpClaim();
  processes.barrier();
  std::vector<const PointJob*> claimed;
  const size_t begin = jobs.size() * size_t(processes.rank()) / size_t(processes.size());
  for (size_t i = 0; i < jobs.size(); ++i) {
    const auto& job = jobs[(begin + i) % jobs.size()];
    if (job.file.read() || !job.file.claim()) continue;
    claimed.push_back(&job);
    measure(job);
  }
  processes.barrier();
  for (const auto* job : claimed) job->file.giveUpClaim();
}

// What is asked for twice would count as two draws, with no deviation between them.
template <class T>
void refuseRepeated(std::vector<T> values, const std::string& what) {
  std::sort(values.begin(), values.end());
  if (const auto it = std::adjacent_find(values.begin(), values.end()); it != values.end()) {
    std::ostringstream text;
    text << *it;
    throw Error(ErrorKind::InvalidInput, what + " name " + text.str() + " more than once; each counts once.");
  }
}

}  // namespace

std::vector<StudyPoint> runStudy(const ModelPtr& model, const Dataset& calibration, const Dataset& test,
                                 const StudyOptions& o, const fs::path& work, const JobControl& control,
                                 const std::function<void(const StudyPoint&)>& onPoint) {
  refuseRepeated(o.seeds, "The seeds of the study");
  refuseRepeated(o.sparsities, "The sparsities of the study");
  refuseRepeated(o.methods, "The methods of the study");
  for (const double sparsity : o.sparsities)
    if (!(sparsity >= 0 && sparsity <= 1))
      throw Error(ErrorKind::InvalidInput, "The sparsities of the study name " + jsonText(sparsity) +
                                               "; numbers from 0 to 1 were expected.");
  for (const auto& name : methodNamesOf(o))
    if (isPlanItself(studyMethodNamed(name)) && !o.plan)
      throw Error(ErrorKind::InvalidInput, "\"This plan\" needs a plan; the window has one.");
  if (model && elsewhereOf(*model))
    return studyElsewhere(*model, calibration, test, o, work, control, onPoint);
  const MadeFolder made(work);
  std::optional<PlaceLock> lock;
  if (!work.empty() && processesOf(control).writes()) lock.emplace(work / "study");
  std::vector<StudyPoint> points;
  int64_t total = 0;
  for (const auto& name : methodNamesOf(o))
    total += int64_t(o.sparsities.size() * (studyMethodNamed(name).usesData ? o.seeds.size() : 1));
  auto& processes = processesOf(control);
  const bool shared = processes.several() && !work.empty();
  ProgressMeter meter(control, "Study", total,
                      shared ? ProgressMeter::Steps::Split : ProgressMeter::Steps::Own);
  // The stages inside report nothing: one bar for the whole study.
  JobControl quiet;
  quiet.stop = control.stop;
  StudyRun run(model, calibration, test, o, quiet);
  const nlohmann::json base{{"program", programFingerprint()},
                            {"model", fingerprintOf(*model)},
                            {"calibration", fingerprintOf(calibration)},
                            {"test", fingerprintOf(test)}};
  std::vector<PointJob> jobs;
  for (const auto& name : methodNamesOf(o)) {
    const auto method = studyMethodNamed(name);
    for (uint64_t seed : method.usesData ? o.seeds : std::vector<uint64_t>{o.seeds.empty() ? 0 : o.seeds[0]})
      for (double sparsity : o.sparsities)
        jobs.push_back({method, sparsity, seed, StudyPointFile(work, base, o, method, sparsity, seed)});
  }
  const auto pointOf = [&](const PointJob& job) {
    auto point = job.file.read();
    if (point) return *point;
    point = run.measure(job.method, job.sparsity, job.seed);
    checkMappings();
    job.file.write(*point);
    return *point;
  };
  if (shared) {
    checkSameInputs(control, *model, &calibration, {base.at("program"), o.methods, o.sparsities, o.seeds});
    shareJobs(jobs, processes, [&](const PointJob& job) {
      pointOf(job);
      meter.advance(1, job.text());
    });
  }
  for (const auto& job : jobs) {
    points.push_back(pointOf(job));
    if (onPoint) onPoint(points.back());
    if (!shared) meter.advance(1, job.text());
  }
  return points;
}

}  // namespace espalier
