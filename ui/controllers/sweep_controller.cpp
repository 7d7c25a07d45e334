#include "ui/controllers/sweep_controller.h"

#include <algorithm>

#include "core/allocate/planner.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// The sparsities of one method and seed that are still to be measured; scores are made once for them
// together.
struct Part {
  std::string method;
  uint64_t seed = 0;
  std::vector<double> sparsities;
};

std::vector<Part> partsOf(const std::vector<StudyPoint>& have, const StudyOptions& options) {
  std::vector<Part> parts;
  for (const auto& method : studyMethods()) {
    if (std::find(options.methods.begin(), options.methods.end(), method.name) == options.methods.end())
      continue;
    for (size_t i = 0;
         i < (method.usesData ? options.seeds.size() : std::min<size_t>(1, options.seeds.size())); ++i) {
      Part part{method.name, options.seeds[i], {}};
      for (double s : options.sparsities)
        if (std::none_of(have.begin(), have.end(), [&](const auto& p) {
              return p.method == part.method && p.seed == part.seed && p.sparsity == s;
            }))
          part.sparsities.push_back(s);
      if (!part.sparsities.empty()) parts.push_back(std::move(part));
    }
  }
  // The first seed of every method before the second of any: whole curves appear early.
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.seed < b.seed; });
  return parts;
}

}  // namespace

SweepController::SweepController(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  for (JobRunner* runner : {&m_runner, &m_planRunner})
    connect(runner, &JobRunner::failed, this,
            [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  for (auto changed : {&Session::modelChanged, &Session::calibrationChanged, &Session::pairsChanged})
    for (JobRunner* runner : {&m_runner, &m_planRunner})
      connect(&m_session, changed, runner, &JobRunner::cancel);
}

int SweepController::missing(const std::vector<StudyPoint>& have, const StudyOptions& options) {
  int count = 0;
  for (const auto& part : partsOf(have, options)) count += int(part.sparsities.size());
  return count;
}

void SweepController::run(const StudyOptions& options) {
  if (!m_session.hasModel()) return;
  if (m_session.pairs().samples.empty() || m_session.calibration().samples.empty()) {
    Q_EMIT failed(tr(
        "A sweep needs calibration data to prune with and test pairs to ask. Choose both in the File menu."));
    return;
  }
  m_runner.start(tr("Sweep"), [this, options, parts = partsOf(m_session.sweepNow(), options),
                               conditions = m_session.sweepConditions(), model = m_session.model(),
                               calibration = m_session.calibration(),
                               pairs = m_session.pairs()](const JobContext& context) {
    int64_t total = 0;
    for (const auto& part : parts) total += int64_t(part.sparsities.size());
    ProgressMeter meter(context.control(), tr("Sweep").toStdString(), total);
    JobControl quiet;
    quiet.stop = context.control().stop;
    for (const auto& part : parts) {
      StudyOptions one = options;
      one.methods = {part.method};
      one.seeds = {part.seed};
      one.sparsities = part.sparsities;
      runStudy(model, calibration, pairs, one, {}, quiet, [&](StudyPoint point) {
        point.conditions = conditions;
        context.deliver([this, point] { m_session.addSweepPoint(point); });
        meter.advance(1, part.method);
      });
    }
    return JobDone();
  });
}

void SweepController::loadPlan(const StudyPoint& point) {
  PlanDocument& document = m_session.plan();
  if (!m_session.hasModel() || document.isEmpty()) return;
  const auto& methods = studyMethods();
  const auto method =
      std::find_if(methods.begin(), methods.end(), [&](const auto& m) { return m.name == point.method; });
  if (method == methods.end()) return;
  const QString step = tr("%1 at %2").arg(engineText(point.method), percent(point.sparsity, 0));
  PruneOptions prune = m_session.pruneOptions();
  const auto& globals = globalMethods();
  if (std::any_of(globals.begin(), globals.end(), [&](const auto& m) { return m.name == method->score; })) {
    GlobalPruneOptions global;
    global.method = method->score;
    global.samples = prune.samples, global.batchSize = prune.batchSize, global.seed = point.seed;
    m_planRunner.start(step, [this, step, prune, point, global, calibration = m_session.calibration(),
                              model = m_session.model()](const JobContext& context) {
      Plan plan = pruneGlobally(*model, point.sparsity, calibration, global, context.control()).plan;
      return [this, step, prune, point, plan = std::move(plan)] {
        m_session.plan().setPlan(step, plan, prune);
        Q_EMIT loaded(point.method, point.sparsity);
      };
    });
    return;
  }
  prune.criterion = method->criterion;
  if (method->score == "global-magnitude") {
    m_planRunner.start(step, [this, step, prune, point, target = point.sparsity,
                              model = m_session.model()](const JobContext& context) {
      Plan plan = globalMagnitudePlan(*model, target, false, context.control());
      return [this, step, prune, point, plan = std::move(plan)] {
        m_session.plan().setPlan(step, plan, prune);
        Q_EMIT loaded(point.method, point.sparsity);
      };
    });
    return;
  }
  if (method->score != "uniform" && !document.isScored()) {
    Q_EMIT failed(
        tr("The plan of \"%1\" needs scores. Score the model first (F7).").arg(engineText(point.method)));
    return;
  }
  PlanRequest request;
  request.target = point.sparsity;
  request.allocator = method->score == "uniform" ? "uniform" : "ecoflap";
  try {
    document.setPlan(step, makePlan(document.scores(), request), prune);
    Q_EMIT loaded(point.method, point.sparsity);
  } catch (const Error& error) {
    Q_EMIT failed(QString::fromUtf8(error.what()));
  }
}

}  // namespace espalier
