#include "ui/controllers/recover_controller.h"

#include <chrono>
#include <utility>

#include "core/engine/recover_model.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/controllers/needs.h"
#include "ui/controllers/plan_model.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// A plan that has not moved for so long, and has its answers, is recovered by itself.
constexpr int kPlanRestMs = 700;

using Clock = std::chrono::steady_clock;

// Hands points on ten times a second at most.
class PointHandfuls {
 public:
  using Take = std::function<void(std::vector<RecoveryPoint>)>;

  PointHandfuls(const JobContext& context, Take take) : m_context(context), m_take(std::move(take)) {}
  void add(const RecoveryPoint& point) {
    m_held.push_back(point);
    if (Clock::now() - m_last > std::chrono::milliseconds(100)) hand();
  }
  void hand() {
    if (m_held.empty()) return;
    m_context.deliver([take = m_take, held = std::exchange(m_held, {})] { take(held); });
    m_last = Clock::now();
  }

 private:
  const JobContext& m_context;
  Take m_take;
  std::vector<RecoveryPoint> m_held;
  Clock::time_point m_last{};
};

// What is still to be done after a recovery that is there; none where it has to begin anew.
std::optional<RecoverOptions> restAfter(const RecoveredPtr& before, const RecoverOptions& all) {
  if (!before || !before->model || before->record.stopped) return std::nullopt;
  return restOf(all, before->record.options);
}

}  // namespace

RecoverController::RecoverController(Session& session, QObject* parent)
    : QObject(parent), m_session(session) {
  connect(&m_runner, &JobRunner::failed, this,
          [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  connect(&m_session, &Session::modelChanged, this, [this] {
    m_runner.cancel();
    m_points.clear();
    m_late.reset();
    Q_EMIT pointsChanged();
  });
  // What is recovered with other data is not what was asked for.
  connect(&m_session, &Session::calibrationChanged, &m_runner, &JobRunner::cancel);
  m_rest.setSingleShot(true);
  m_rest.setInterval(kPlanRestMs);
  connect(&m_rest, &QTimer::timeout, this, &RecoverController::recoverRestingPlan);
  connect(&m_session, &Session::workChanged, this, &RecoverController::followPlan);
  connect(&m_session, &Session::evaluationChanged, this, &RecoverController::followPlan);
}

bool RecoverController::canRecover() {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return false;
  if (m_session.recoverOptions().methods.empty()) {
    Q_EMIT failed(tr("No way to recover is chosen: tick one or several in the Recovery pane."));
    return false;
  }
  if (m_session.plan().settledPlan().achievedSparsity() == 0) {
    Q_EMIT failed(tr("The plan takes no weight away, so there is nothing to recover."));
    return false;
  }
  const auto samples = m_session.calibration().samples.size();
  if (samples == 0) {
    Q_EMIT failed(tr("Recovery trains on calibration pairs: choose a folder of them with File \u203a "
                     "Calibration Pairs."),
                  kNeedsCalibration);
    return false;
  }
  if (samples < 2) {
    Q_EMIT failed(tr("Recovery needs at least 2 calibration pairs, one to train on and one to judge by; "
                     "there is %1.")
                      .arg(samples));
    return false;
  }
  return true;
}

void RecoverController::recover() {
  if (!canRecover()) return;
  m_byItself = false;
  begin();
}

void RecoverController::begin() {
  m_late.reset();
  m_points.clear();
  Q_EMIT pointsChanged();
  m_enough = std::stop_source();
  const RecoverOptions options = m_session.recoverOptions();
  PlanWork work = planWorkOf(m_session);
  const RecoveredPtr before = std::exchange(work.recovered, nullptr);
  const auto rest = restAfter(before, options);
  if (before) work.ready = nullptr;  // what is ready is recovered already
  m_runner.start(
      tr("Recovering"),
      [this, options, before, rest, work = std::move(work),
       enough = m_enough.get_token()](const JobContext& context) -> JobDone {
        const int parts = rest || work.ready ? 1 : 2;
        const ModelPtr pruned = rest ? before->model : modelOf(work, partOf(context.control(), 0, parts));
        PointHandfuls handfuls(context, [this](const std::vector<RecoveryPoint>& points) {
          m_points.insert(m_points.end(), points.begin(), points.end());
          Q_EMIT pointsChanged();
        });
        RecoverRun run;
        run.enough = enough;
        run.onPoint = [&](const RecoveryPoint& point) { handfuls.add(point); };
        RecoverResult result = recoverModel(*pruned, work.dense, work.calibration, rest ? *rest : options,
                                            run, partOf(context.control(), parts - 1, parts));
        handfuls.hand();
        RecoveryRecord record{options, {}, {}, result.sparsity, result.stopped};
        if (rest) record.reports = before->record.reports, record.warnings = before->record.warnings;
        std::move(result.reports.begin(), result.reports.end(), std::back_inserter(record.reports));
        std::move(result.warnings.begin(), result.warnings.end(), std::back_inserter(record.warnings));
        Done done{work.plan, work.prune,
                  std::make_shared<RecoveredModel>(RecoveredModel{std::move(record), result.model})};
        return [this, done = std::move(done)] { finish(done); };
      });
}

void RecoverController::keepReached() {
  if (m_runner.isBusy()) m_enough.request_stop();
}

void RecoverController::finish(const Done& done) {
  for (const auto& warning : done.recovered->record.warnings)
    if (!m_byItself) Q_EMIT warned(text(warning));
  const bool moved = m_session.plan().isDragging() ||
                     m_session.plan().settledPlan().sparsities() != done.plan.sparsities() ||
                     !sameChoices(m_session.pruneOptions(), done.prune);
  if (moved && m_byItself) return followPlan();
  if (moved) {
    m_late = done;
    Q_EMIT recoveredLate();
    return;
  }
  m_late = done;
  takeLate();
}

void RecoverController::takeLate() {
  if (!m_late || !m_session.hasModel()) return;
  const Done done = *std::exchange(m_late, {});
  const QString titles = engineTexts(titlesOf(done.recovered->record.options));
  m_session.plan().setRecovered(done.recovered->record.stopped ? tr("Recover (%1, stopped)").arg(titles)
                                                               : tr("Recover (%1)").arg(titles),
                                done.plan, done.prune, done.recovered);
  Q_EMIT recovered();
}

void RecoverController::setAutomatic(bool automatic) {
  m_automatic = automatic;
  if (!automatic && m_byItself && m_runner.isBusy()) m_runner.cancel();
  followPlan();
}

// A plan that moves is waited for; what runs by itself for an older one gives way.
void RecoverController::followPlan() {
  m_rest.stop();
  if (!m_automatic || !m_session.hasModel() || m_session.plan().isEmpty()) return;
  if (m_runner.isBusy() && m_byItself && m_session.isStale()) m_runner.cancel();
  m_rest.start();
}

void RecoverController::recoverRestingPlan() {
  const PlanDocument& plan = m_session.plan();
  // Only what a person has just made: not a step that was taken back or made again.
  const bool newest = m_session.plan().history().count() == m_session.plan().history().index();
  if (!m_automatic || m_runner.isBusy() || !m_session.isUpToDate() || plan.recovered() || !newest ||
      m_session.isImproving() || m_session.info().parameters > kSmallParameters ||
      m_session.recoverOptions().methods.empty() || m_session.calibration().samples.size() < 2 ||
      plan.settledPlan().achievedSparsity() == 0)
    return;
  m_byItself = true;
  begin();
}

}  // namespace espalier
