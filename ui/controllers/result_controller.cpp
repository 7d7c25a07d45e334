#include "ui/controllers/result_controller.h"

#include <chrono>

#include "ui/controllers/needs.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// Models up to this size answer within seconds and are asked as soon as they are open.
constexpr int64_t kSmallParameters = 50'000'000;

using Clock = std::chrono::steady_clock;

// Hands results on in handfuls, so that thousands of pairs don't flood the event queue.
class Handfuls {
 public:
  using Take = std::function<void(const std::vector<PairResult>&)>;

  Handfuls(const JobContext& context, Take take) : m_context(context), m_take(std::move(take)) {}
  ~Handfuls() { hand(); }

  void add(const PairResult& result) {
    m_held.push_back(result);
    if (Clock::now() - m_last > std::chrono::milliseconds(80)) hand();
  }

 private:
  void hand() {
    if (m_held.empty()) return;
    m_context.deliver([take = m_take, held = std::exchange(m_held, {})] { take(held); });
    m_last = Clock::now();
  }

  const JobContext& m_context;
  Take m_take;
  std::vector<PairResult> m_held;
  Clock::time_point m_last{};
};

Evaluation ask(const OpenModel& model, const Dataset& pairs, const JobContext& context,
               const Handfuls::Take& take) {
  Handfuls handfuls(context, take);
  return evaluateModel(model, pairs, context.control(),
                       [&](const PairResult& result) { handfuls.add(result); });
}

}  // namespace

ResultController::ResultController(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  // A model, its calibration pairs and the options: the pruner is of all three.
  for (auto changed : {&Session::modelChanged, &Session::calibrationChanged, &Session::optionsChanged})
    connect(&m_session, changed, this, [this] { m_pruner.reset(); });
  connect(&m_session, &Session::improvingChanged, this, &ResultController::followPlan);
  for (JobRunner* runner : {&m_runner, &m_planRunner})
    connect(runner, &JobRunner::failed, this,
            [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  connect(&m_session, &Session::modelChanged, &m_planRunner, &JobRunner::cancel);
  connect(&m_session, &Session::pairsChanged, this, &ResultController::onPairsChanged);
  connect(&m_session.plan(), &PlanDocument::planSettled, this, &ResultController::followPlan);
  // The first step counts only when the stack has it, after the plan has settled.
  connect(&m_session.plan().history(), &QUndoStack::indexChanged, this, &ResultController::followPlan);
  // A plan that changed while the first run went on is stale only when that has ended.
  connect(&m_session, &Session::staleChanged, this, &ResultController::followPlan);
  connect(&m_session, &Session::optionsChanged, this, &ResultController::followPlan);
}

void ResultController::setLive(bool live) {
  m_live = live;
  followPlan();
}

void ResultController::prune() {
  if (canPrune()) m_runner.start(tr("Pruning"), pruneWork());
}

void ResultController::evaluateDense() {
  if (!m_session.hasModel() || m_session.pairs().samples.empty()) return;
  m_runner.start(tr("Asking the dense model"), [this, model = m_session.model(),
                                                pairs = m_session.pairs()](const JobContext& context) {
    Evaluation dense =
        ask(*model, pairs, context, [this](const auto& results) { m_session.addDenseResults(results); });
    return [this, dense = std::move(dense)] { m_session.setDense(dense); };
  });
}

void ResultController::useGlobalMagnitude() {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return;
  const double target = m_session.plan().settledPlan().target;
  const bool bridge = m_session.scoreOptions().includeBridge;
  m_planRunner.start(
      tr("Global magnitude plan"), [this, target, bridge, model = m_session.model()](const JobContext&) {
        Plan plan = globalMagnitudePlan(*model, target, bridge);
        return [this, plan = std::move(plan)] { m_session.plan().setPlan(tr("Global magnitude"), plan); };
      });
}

bool ResultController::canPrune() {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return false;
  const auto& criterion = m_session.pruneOptions().criterion;
  if (criterion == "magnitude" || !m_session.calibration().samples.empty()) return true;
  Q_EMIT failed(tr("Pruning by \"%1\" needs calibration pairs: choose a folder of them with "
                   "File \u203a Calibration Pairs, or prune by magnitude.")
                    .arg(QString::fromStdString(criterion)),
                kNeedsCalibration);
  return false;
}

void ResultController::makePruner() {
  m_pruner = m_session.hasModel() ? std::make_shared<LivePruner>(m_session.model(), m_session.calibration(),
                                                                 m_session.pruneOptions())
                                  : nullptr;
}

JobWork ResultController::pruneWork() {
  if (!m_pruner) makePruner();
  Session* session = &m_session;
  return [session, pruner = m_pruner, model = m_session.model(), plan = m_session.plan().settledPlan(),
          pairs = m_session.pairs(),
          options = m_session.pruneOptions(),
          denseKnown = m_session.dense().has_value()](const JobContext& context) -> JobDone {
    if (!denseKnown && !pairs.samples.empty()) {
      Evaluation dense =
          ask(*model, pairs, context, [session](const auto& results) { session->addDenseResults(results); });
      context.deliver([session, dense = std::move(dense)] { session->setDense(dense); });
    }
    PruneResult result = pruner->run(plan, context.control());
    std::optional<Evaluation> evaluation;
    if (!pairs.samples.empty())
      evaluation = ask(*result.model, pairs, context,
                       [session](const auto& results) { session->addPrunedResults(results); });
    PrunedModel pruned{result.model, plan, options, result.sparsity};
    return [session, pruned = std::move(pruned), evaluation = std::move(evaluation)] {
      session->setPruned(pruned, evaluation);
    };
  };
}

void ResultController::followPlan() {
  if (!m_live || m_session.isImproving()) return;
  // A small model is pruned as soon as a person has made something of its plan; a large one when asked.
  const bool first = m_session.hasModel() && !m_session.plan().isEmpty() && !m_session.prunedModel() &&
                     m_session.plan().currentStep() > 0 &&
                     m_session.info().parameters <= kSmallParameters &&
                     !m_session.calibration().samples.empty();
  if (first || m_session.isStale()) m_runner.startNext(tr("Pruning"), pruneWork());
}

// Of another model, too.
void ResultController::onPairsChanged() {
  m_runner.cancel();
  if (m_session.hasModel() && !m_session.dense() && m_session.info().parameters <= kSmallParameters)
    evaluateDense();
}

}  // namespace espalier
