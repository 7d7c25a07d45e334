#include "core/document/study.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <tuple>

#include "core/allocate/planner.h"
#include "core/allocate/storage_size.h"
#include "core/base/file.h"
#include "core/base/mapping.h"
#include "core/base/owner.h"
#include "core/base/processes.h"
#include "core/document/study_json.h"
#include "core/engine/elsewhere.h"
#include "core/engine/fingerprint.h"
#include "core/engine/same_inputs.h"
#include "core/engine/score_draws.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCaption = "caption";

std::string number(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

bool isAmong(const std::vector<Method>& methods, const std::string& name) {
  return std::any_of(methods.begin(), methods.end(), [&](const auto& m) { return m.name == name; });
}

StudyMethod methodNamed(const std::string& name);

// "<method> > <recovery methods>"
StudyMethod recoveredMethodNamed(const std::string& name, size_t at) {
  auto method = methodNamed(name.substr(0, at));
  method.name = name;
  method.recovery = name.substr(at + 3);
  RecoverOptions named;
  named.methods = method.recovery;
  checkOptions(named);
  if (named.methods.empty() || isAmong(globalMethods(), method.score))
    throw Error(ErrorKind::InvalidInput,
                "The method \"" + name +
                    "\" cannot be recovered; a scoring method and a criterion, then \" > \" "
                    "and one or several of " +
                    namesOf(recoveryMethods()) + " were expected.");
  return method;
}

StudyMethod methodNamed(const std::string& name) {
  std::string known;
  for (const auto& m : studyMethods()) {
    if (m.name == name) return m;
    known += (known.empty() ? "" : ", ") + m.name;
  }
  if (const auto at = name.find(" > "); at != std::string::npos) return recoveredMethodNamed(name, at);
  constexpr std::string_view kAnd = " + ";
  if (const auto at = name.find(kAnd); at != std::string::npos) {
    const auto score = name.substr(0, at);
    auto criterion = name.substr(at + kAnd.size()), refinement = std::string();
    if (const auto second = criterion.find(kAnd); second != std::string::npos) {
      refinement = criterion.substr(second + kAnd.size());
      criterion.resize(second);
    }
    const bool known = isAmong(scoreMethods(), score) || score == "uniform" || score == "global-magnitude";
    if (known && isAmong(pruneCriteria(), criterion)) {
      canRefine(criterion, refinement);  // throws for a refinement that is not known
      return {name, score, criterion, true, refinement};
    }
  }
  throw Error(ErrorKind::InvalidInput, "There is no method \"" + name + "\"; known are " + known +
                                           ", and a scoring method and a criterion such as \"first-order + "
                                           "wanda\" or \"uniform + wanda + swaps,refit\".");
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

std::vector<std::string> methodsOf(const StudyOptions& o) {
  if (!o.methods.empty()) return o.methods;
  std::vector<std::string> all;
  for (const auto& m : studyMethods())
    if (!m.isSlow()) all.push_back(m.name);
  return all;
}

// Everything a point depends on. base: what all points of a study do.
nlohmann::json madeByOf(const nlohmann::json& base, const StudyOptions& o, const StudyMethod& m,
                        double sparsity, uint64_t seed) {
  auto j = base;
  j["method"] = m.name;
  j["sparsity"] = sparsity;
  auto score = o.score;
  score.method = m.score;
  auto prune = o.prune;
  prune.criterion = m.criterion;
  if (!m.refinement.empty()) prune.refinement = m.refinement;
  score.seed = prune.seed = seed;
  if (scoresAtTarget(score)) score.stableTarget = sparsity;
  j["score"] = option_fields::toJson(scoreFields(), score);
  j["untilStable"] = {o.score.untilStable, o.score.stableTarget};
  j["prune"] = option_fields::toJson(pruneFields(), prune);
  if (!m.recovery.empty()) {
    auto recover = o.recover;
    recover.methods = m.recovery;
    recover.seed = seed;
    j["recover"] = option_fields::toJson(recoverFields(), recover);
  }
  return j;
}

// The file of a point in the work folder. Its name tells points of other models, data and options apart, so
// that they can lie side by side; what it was made by stands in it.
class PointFile {
 public:
  PointFile(const fs::path& work, const StudyMethod& m, double sparsity, uint64_t seed, nlohmann::json madeBy)
      : m_madeBy(std::move(madeBy)) {
    if (!work.empty())
      m_file = work / (m.score + "-" + m.criterion + "-" + number(100 * sparsity, 1) + "-" +
                       std::to_string(seed) + "-" + shortNameOf(m_madeBy) + ".json");
  }

  // Whether this process is the one that measures the point: who makes the file beside it is.
  bool claim() const {
    const int fd = ::open(claimFile().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0 && errno != EEXIST)
      throw Error(ErrorKind::Io,
                  claimFile().string() + " cannot be made: " + writeAdvice(claimFile(), errno, 0) + ".");
    if (fd >= 0) ::close(fd);
    return fd >= 0;
  }
  void giveUpClaim() const {
    std::error_code ec;
    fs::remove(claimFile(), ec);
  }

  std::optional<StudyPoint> read() const {
    std::error_code ec;
    if (m_file.empty() || !fs::exists(m_file, ec)) return std::nullopt;
    const auto json = readEspalierJson(m_file, "study-point");
    if (json.value("made_by", nlohmann::json()) != m_madeBy) return std::nullopt;
    try {
      return studyPointFromJson(json);
    } catch (const nlohmann::json::exception&) {
      throw Error(ErrorKind::Format,
                  m_file.string() + " is no complete point of a study; remove it to have it measured again.");
    }
  }
  void write(const StudyPoint& point) const {
    if (m_file.empty()) return;
    auto json = toJson(point);
    json["made_by"] = m_madeBy;
    writeEspalierJson(m_file, "study-point", json);
  }

 private:
  fs::path claimFile() const { return m_file.string() + ".claim"; }

  fs::path m_file;
  nlohmann::json m_madeBy;
};

double meanOf(const std::vector<double>& v) {
  double s = 0;
  for (double x : v) s += x;
  return v.empty() ? 0 : s / double(v.size());
}

double deviationOf(const std::vector<double>& v) {
  if (v.size() < 2) return 0;
  const double m = meanOf(v);
  double s = 0;
  for (double x : v) s += (x - m) * (x - m);
  return std::sqrt(s / double(v.size() - 1));
}

}  // namespace

const std::vector<StudyMethod>& studyMethods() {
  static const std::vector<StudyMethod> methods{{"Global magnitude", "global-magnitude", "magnitude", false},
                                                {"Iterative gradient", "global-gradient", "", true},
                                                {"Iterative OBD", "global-obd", "", true},
                                                {"Uniform magnitude", "uniform", "magnitude", false},
                                                {"Uniform Wanda", "uniform", "wanda", true},
                                                {"ECoFLaP + Wanda", "zeroth-order", "wanda", true},
                                                {"Wanda, rebuilt", "uniform", "wanda", true, {}, "rebuild"}};
  return methods;
}

bool StudyMethod::isSlow() const {
  return !recovery.empty() || isAmong(globalMethods(), score);
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
      point.bytes = storageSize(uniformPlan(*m_model, 0), "unstructured", bytesPerWeight()).denseBytes;
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
    point.bytes = storageSize(plan, m_options.prune.pattern, bytesPerWeight()).compressedBytes;
    return evaluateModel(*model, m_test, m_control, {}, m_model);
  }

  // secondsBefore: what was spent on it for an earlier point.
  ModelPtr made(const StudyMethod& method, double sparsity, uint64_t seed, Plan& plan,
                double& secondsBefore) {
    auto options = m_options.prune;
    if (isAmong(globalMethods(), method.score)) {
      GlobalPruneOptions global;
      global.method = method.score;
      global.samples = options.samples, global.batchSize = options.batchSize, global.seed = seed;
      auto all = pruneGlobally(*m_model, sparsity, m_calibration, global, m_control);
      plan = std::move(all.plan);
      return all.result.model;
    }
    options.criterion = method.criterion;
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

  int bytesPerWeight() const {
    const auto& info = infoOf(*m_model);
    return info.parameters > 0
               ? int(std::max<int64_t>(1, (info.fileBytes + info.parameters / 2) / info.parameters))
               : 2;
  }

  Plan planOf(const StudyMethod& method, double sparsity, uint64_t seed) {
    if (method.score == "global-magnitude") return globalMagnitudePlan(*m_model, sparsity, false, m_control);
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

}  // namespace

namespace {

struct PointJob {
  StudyMethod method;
  double sparsity = 0;
  uint64_t seed = 0;
  PointFile file;

  std::string text() const { return method.name + ", " + number(100 * sparsity, 0) + " %"; }
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

}  // namespace

namespace {

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
  if (elsewhereOf(*model)) return studyElsewhere(*model, calibration, test, o, work, control, onPoint);
  refuseRepeated(o.seeds, "The seeds of the study");
  refuseRepeated(o.sparsities, "The sparsities of the study");
  refuseRepeated(o.methods, "The methods of the study");
  std::error_code ec;
  std::optional<PlaceLock> lock;
  if (!work.empty()) {
    fs::create_directories(work, ec);
    if (processesOf(control).writes()) lock.emplace(work / "study");
  }
  std::vector<StudyPoint> points;
  int64_t total = 0;
  for (const auto& name : methodsOf(o))
    total += int64_t(o.sparsities.size() * (methodNamed(name).usesData ? o.seeds.size() : 1));
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
  for (const auto& name : methodsOf(o)) {
    const auto method = methodNamed(name);
    for (uint64_t seed : method.usesData ? o.seeds : std::vector<uint64_t>{o.seeds.empty() ? 0 : o.seeds[0]})
      for (double sparsity : o.sparsities)
        jobs.push_back({method, sparsity, seed,
                        PointFile(work, method, sparsity, seed, madeByOf(base, o, method, sparsity, seed))});
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

StudySummary summarize(const std::vector<StudyPoint>& points, const std::string& method, double sparsity,
                       bool captions) {
  std::vector<double> accuracy, loss;
  for (const auto& p : points) {
    if (p.method != method || p.sparsity != sparsity) continue;
    double right = 0, total = 0, lossSum = 0;
    for (const auto& t : p.kinds)
      if ((t.kind == kCaption) == captions) {
        right += double(t.right);
        total += double(t.total);
        lossSum += t.loss * double(t.total);
      }
    if (total == 0) continue;
    accuracy.push_back(right / total);
    loss.push_back(lossSum / total);
  }
  return {meanOf(accuracy), deviationOf(accuracy), meanOf(loss), deviationOf(loss), int64_t(accuracy.size())};
}

namespace {

// Of one method, a row for each kind of question.
std::string tableByKind(const std::vector<StudyPoint>& points, const StudyOptions& o, const std::string& m,
                        const std::vector<std::string>& kinds) {
  std::string out;
  out += "### " + m + ": right by kind, %, mean over the seeds\n\n| kind |";
  for (double s : o.sparsities) out.append(" ").append(number(100 * s, 0)).append(" % |");
  out += "\n| --- |";
  for (size_t i = 0; i < o.sparsities.size(); ++i) out += " --- |";
  out += "\n";
  for (const auto& kind : kinds) {
    out += "| " + kind + " |";
    for (double s : o.sparsities) {
      std::vector<double> values;
      for (const auto& p : points)
        if (p.method == m && p.sparsity == s)
          for (const auto& t : p.kinds)
            if (t.kind == kind) values.push_back(t.accuracy());
      out.append(" ").append(number(100 * meanOf(values), 1)).append(" |");
    }
    out += "\n";
  }
  out += "\n";
  return out;
}

}  // namespace

std::string studyTables(const std::vector<StudyPoint>& points, const StudyOptions& o) {
  std::string out;
  const auto heading = [&](const std::string& title) {
    out += "### " + title + "\n\n| method |";
    for (double s : o.sparsities) out.append(" ").append(number(100 * s, 0)).append(" % |");
    out += "\n| --- |";
    for (size_t i = 0; i < o.sparsities.size(); ++i) out += " --- |";
    out += "\n";
  };
  const auto rows = [&](const auto& cell) {
    for (const auto& m : methodsOf(o)) {
      out += "| " + m + " |";
      for (double s : o.sparsities) out.append(" ").append(cell(m, s)).append(" |");
      out += "\n";
    }
    out += "\n";
  };
  const auto withDeviation = [](double mean, double deviation, int64_t seeds, int decimals) {
    return number(mean, decimals) + (seeds > 1 ? " ± " + number(deviation, decimals) : "");
  };
  std::set<std::string> metrics;
  bool kindsNamed = false;
  for (const auto& p : points) {
    for (const auto& [metric, value] : p.metrics) metrics.insert(metric);
    for (const auto& t : p.kinds) kindsNamed = kindsNamed || !t.kind.empty();
  }
  for (const auto& metric : metrics) {
    heading(metric);
    rows([&](const std::string& m, double s) {
      std::vector<double> values;
      for (const auto& p : points)
        if (p.method == m && p.sparsity == s && p.metrics.contains(metric))
          values.push_back(p.metrics.at(metric));
      return withDeviation(meanOf(values), deviationOf(values), int64_t(values.size()), 3);
    });
  }
  if (!metrics.empty() && !kindsNamed) {
    // One loss for all samples; a language model's is its token loss already.
    if (metrics.contains("token loss")) return out;
    heading("Loss, nats a sample");
    rows([&](const std::string& m, double s) {
      const auto v = summarize(points, m, s, false);
      return withDeviation(v.loss, v.lossDeviation, v.seeds, 3);
    });
    return out;
  }
  heading("Questions answered right, %");
  rows([&](const std::string& m, double s) {
    const auto v = summarize(points, m, s, false);
    return withDeviation(100 * v.accuracy, 100 * v.accuracyDeviation, v.seeds, 1);
  });
  heading("Loss on the questions' answers, nats a token");
  rows([&](const std::string& m, double s) {
    const auto v = summarize(points, m, s, false);
    return withDeviation(v.loss, v.lossDeviation, v.seeds, 3);
  });
  heading("Captions right in every object and attribute, %");
  rows([&](const std::string& m, double s) {
    const auto v = summarize(points, m, s, true);
    return withDeviation(100 * v.accuracy, 100 * v.accuracyDeviation, v.seeds, 1);
  });
  std::vector<std::string> kinds;
  for (const auto& p : points)
    for (const auto& t : p.kinds)
      if (std::find(kinds.begin(), kinds.end(), t.kind) == kinds.end()) kinds.push_back(t.kind);
  for (const auto& m : methodsOf(o)) out += tableByKind(points, o, m, kinds);
  return out;
}

}  // namespace espalier
