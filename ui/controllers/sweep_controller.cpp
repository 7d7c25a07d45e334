#include "ui/controllers/sweep_controller.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "core/allocate/planner.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

std::vector<SweepPart> partsOf(const std::vector<StudyPoint>& have, const StudyOptions& options) {
  std::vector<SweepPart> parts;
  const auto& known = studyMethods();
  for (const auto& name : options.methods) {
    const auto method =
        std::find_if(known.begin(), known.end(), [&](const auto& m) { return m.name == name; });
    const bool drawn = method == known.end() || method->usesData;
    for (size_t i = 0; i < (drawn ? options.seeds.size() : std::min<size_t>(1, options.seeds.size())); ++i) {
      SweepPart part{name, options.seeds[i], {}};
      for (double s : options.sparsities)
        if (std::none_of(have.begin(), have.end(), [&](const auto& p) {
              return p.method == part.method && p.seed == part.seed && p.sparsity == s;
            }))
          part.sparsities.push_back(s);
      if (!part.sparsities.empty()) parts.push_back(std::move(part));
    }
  }
  // The first seed of every method before the second of any: whole curves appear early.
  const auto place = [&](const SweepPart& part) {
    return std::find(options.seeds.begin(), options.seeds.end(), part.seed);
  };
  std::stable_sort(parts.begin(), parts.end(),
                   [&](const SweepPart& a, const SweepPart& b) { return place(a) < place(b); });
  return parts;
}

}  // namespace

// What waits, shared with the worker thread.
struct SweepController::Queue {
  struct Entry {
    SweepPart part;
    StudyOptions options;
    std::string conditions;
  };
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<Entry> entries;
  bool paused = false;

  // Waits while it is paused; nothing where none is left.
  std::optional<Entry> next(const JobControl& control) {
    std::unique_lock lock(mutex);
    waitWhilePaused(lock, control);
    if (entries.empty()) return {};
    Entry entry = std::move(entries.front());
    entries.pop_front();
    return entry;
  }
  void waitWhilePaused(const JobControl& control) {
    std::unique_lock lock(mutex);
    waitWhilePaused(lock, control);
  }

 private:
  void waitWhilePaused(std::unique_lock<std::mutex>& lock, const JobControl& control) {
    changed.wait(lock, control.stop, [this] { return !paused; });
    control.throwIfCancelled();
  }
};

SweepController::SweepController(Session& session, QObject* parent)
    : QObject(parent), m_session(session), m_queue(std::make_shared<Queue>()) {
  for (JobRunner* runner : {&m_runner, &m_planRunner})
    connect(runner, &JobRunner::failed, this,
            [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  for (auto changed : {&Session::modelChanged, &Session::calibrationChanged, &Session::pairsChanged})
    connect(&m_session, changed, this, [this] {
      stop();
      m_planRunner.cancel();
    });
  // Whoever stops or breaks the job means all of it; what was asked for while the last point was measured
  // goes on.
  connect(&m_runner, &JobRunner::cancelled, this, &SweepController::stop);
  connect(&m_runner, &JobRunner::failed, this, &SweepController::stop);
  connect(&m_runner, &JobRunner::idle, this, [this] {
    if (!waiting().empty()) launch();
  });
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
  const std::string conditions = m_session.sweepConditions(), ofPlan = m_session.planConditions();
  {
    std::lock_guard lock(m_queue->mutex);
    for (auto& part : partsOf(m_session.sweepNow(), options)) {
      const std::string& made = part.method == kThisPlan ? ofPlan : conditions;
      // What waits is not asked for twice.
      for (const auto& entry : m_queue->entries)
        if (entry.part.method == part.method && entry.part.seed == part.seed && entry.conditions == made)
          std::erase_if(part.sparsities, [&](double s) {
            return std::find(entry.part.sparsities.begin(), entry.part.sparsities.end(), s) !=
                   entry.part.sparsities.end();
          });
      if (part.sparsities.empty()) continue;
      m_queue->entries.push_back({std::move(part), options, made});
    }
  }
  Q_EMIT queueChanged();
  if (!m_runner.isBusy()) launch();
}

void SweepController::launch() {
  m_runner.start(tr("Sweep"),
                 [this, queue = m_queue, model = m_session.model(), calibration = m_session.calibration(),
                  pairs = m_session.pairs()](const JobContext& context) {
                   int64_t asked = 0, done = 0;
                   {
                     std::lock_guard lock(queue->mutex);
                     for (const auto& entry : queue->entries) asked += int64_t(entry.part.sparsities.size());
                   }
                   ProgressMeter meter(context.control(), tr("Sweep").toStdString(), asked);
                   JobControl quiet;
                   quiet.stop = context.control().stop;
                   while (const auto entry = queue->next(context.control())) {
                     context.deliver([this] { Q_EMIT queueChanged(); });
                     StudyOptions one = entry->options;
                     one.methods = {entry->part.method};
                     one.seeds = {entry->part.seed};
                     one.sparsities = entry->part.sparsities;
                     runStudy(model, calibration, pairs, one, {}, quiet, [&](StudyPoint point) {
                       point.conditions = entry->conditions;
                       context.deliver([this, point] { m_session.addSweepPoint(point); });
                       // More may have been asked for meanwhile.
                       meter.advance(done++ < asked ? 1 : 0, point.method);
                       queue->waitWhilePaused(context.control());
                     });
                   }
                   return JobDone();
                 });
}

void SweepController::stop() {
  {
    std::lock_guard lock(m_queue->mutex);
    m_queue->entries.clear();
    m_queue->paused = false;
  }
  m_queue->changed.notify_all();
  m_runner.cancel();
  Q_EMIT queueChanged();
}

std::vector<SweepPart> SweepController::waiting() const {
  std::lock_guard lock(m_queue->mutex);
  std::vector<SweepPart> out;
  for (const auto& entry : m_queue->entries) out.push_back(entry.part);
  return out;
}

void SweepController::move(size_t place, int by) {
  {
    std::lock_guard lock(m_queue->mutex);
    const auto to = int64_t(place) + by;
    if (place >= m_queue->entries.size() || to < 0 || to >= int64_t(m_queue->entries.size())) return;
    std::swap(m_queue->entries[place], m_queue->entries[size_t(to)]);
  }
  Q_EMIT queueChanged();
}

void SweepController::drop(size_t place) {
  {
    std::lock_guard lock(m_queue->mutex);
    if (place >= m_queue->entries.size()) return;
    m_queue->entries.erase(m_queue->entries.begin() + int64_t(place));
  }
  Q_EMIT queueChanged();
}

void SweepController::setPaused(bool paused) {
  {
    std::lock_guard lock(m_queue->mutex);
    if (m_queue->paused == paused) return;
    m_queue->paused = paused;
  }
  m_queue->changed.notify_all();
  Q_EMIT queueChanged();
}

bool SweepController::isPaused() const {
  std::lock_guard lock(m_queue->mutex);
  return m_queue->paused;
}

void SweepController::loadPlan(const StudyPoint& point) {
  PlanDocument& document = m_session.plan();
  if (!m_session.hasModel() || document.isEmpty()) return;
  if (point.method == kThisPlan) {
    document.setTarget(point.sparsity);
    Q_EMIT loaded(point.method, point.sparsity);
    return;
  }
  std::optional<StudyMethod> method;
  try {
    method = studyMethodNamed(point.method);
  } catch (const Error& error) {  // of another program
    Q_EMIT failed(QString::fromUtf8(error.what()));
    return;
  }
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
  if (!method->refinement.empty()) prune.refinement = method->refinement;
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
