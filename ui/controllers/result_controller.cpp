#include "ui/controllers/result_controller.h"

#include <algorithm>
#include <chrono>

#include "core/document/choices.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/controllers/needs.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// Up to so many pairs are kept prepared, with their states.
constexpr size_t kKeptPairs = 1000;
constexpr int kRestMs = 60, kHoldMs = 200;

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

Evaluation ask(const OpenModel& model, LiveEvaluator* live, const Dataset& pairs, const JobContext& context,
               const std::vector<int64_t>& first, const Handfuls::Take& take) {
  Handfuls handfuls(context, take);
  const auto onPair = [&](const PairResult& result) { handfuls.add(result); };
  return live ? live->run(model, context.control(), onPair, first)
              : evaluateModel(model, pairs, context.control(), onPair);
}

bool sameSparsities(const Plan& a, const Plan& b) {
  return a.sparsities() == b.sparsities();
}

}  // namespace

ResultController::ResultController(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  // Of a model and its calibration pairs; and of the options it was made with.
  for (auto changed : {&Session::modelChanged, &Session::calibrationChanged})
    connect(&m_session, changed, this, [this] { m_pruner.reset(); });
  for (JobRunner* runner : {&m_runner, &m_planRunner})
    connect(runner, &JobRunner::failed, this,
            [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  m_rest.setSingleShot(true);
  m_rest.setInterval(kRestMs);
  connect(&m_rest, &QTimer::timeout, this, [this] {
    if (m_session.plan().isDragging() && !m_runner.waitingTitle().isEmpty()) runAtOnce(answersFor(true));
  });
  m_hold.setSingleShot(true);
  m_hold.setInterval(kHoldMs);
  connect(&m_hold, &QTimer::timeout, this, [this] {
    if (m_session.plan().isDragging() && m_session.isPreview() && !m_session.isStale() && !m_runner.isBusy())
      runAtOnce(Answers::Exact);
  });
  connect(&m_session, &Session::modelChanged, &m_planRunner, &JobRunner::cancel);
  connect(&m_session, &Session::pairsChanged, this, &ResultController::onPairsChanged);
  connect(&m_session, &Session::workChanged, this, &ResultController::followPlan);
}

void ResultController::setLive(bool live) {
  m_live = live;
  followPlan();
}

void ResultController::prune() {
  if (!canPrune()) return;
  if (const auto recovered = m_session.plan().recovered(); recovered && !recovered->model) {
    Q_EMIT failed(
        tr("The weights of this recovery are not in the project: recover again in the Recovery pane, "
           "or take the step back to prune alone."));
    return;
  }
  m_runner.start(tr("Pruning"), workFor(m_session.plan().settledPlan(), Answers::Exact));
}

void ResultController::evaluateDense() {
  if (!m_session.hasModel() || m_session.pairs().samples.empty()) return;
  m_pruning = false;
  // What the first drag needs to be answered at once.
  const bool ready =
      m_live && isSmall() && !m_session.plan().isEmpty() && !m_session.calibration().samples.empty();
  if (ready && !m_pruner) makePruner();
  m_runner.start(tr("Asking the dense model"),
                 [this, model = m_session.model(), live = m_evaluator, pairs = m_session.pairs(),
                  pruner = ready ? m_pruner : nullptr, plan = m_session.plan().settledPlan(),
                  first = m_session.watchedPairs()](const JobContext& context) {
                   Evaluation dense =
                       ask(*model, live.get(), pairs, context, first,
                           [this](const auto& results) { m_session.addDenseResults(results); });
                   context.deliver([this, dense = std::move(dense)] { m_session.setDense(dense); });
                   if (pruner) pruner->preview(plan, context.control());
                   return JobDone();
                 });
}

void ResultController::useGlobalMagnitude() {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return;
  const double target = m_session.plan().settledPlan().target;
  const bool bridge = m_session.scoreOptions().includeBridge;
  m_planRunner.start(tr("Global magnitude plan"), [this, target, bridge,
                                                   model = m_session.model()](const JobContext& context) {
    Plan plan = globalMagnitudePlan(*model, target, bridge, context.control());
    return [this, plan = std::move(plan)] { m_session.plan().setPlan(tr("Global magnitude"), plan); };
  });
}

void ResultController::useGlobally(const std::string& method) {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return;
  const auto& known = globalMethods();
  const auto it = std::find_if(known.begin(), known.end(), [&](const auto& m) { return m.name == method; });
  const QString title = it == known.end() ? text(method) : engineText(it->title);
  if (m_session.calibration().samples.empty()) {
    Q_EMIT failed(
        tr("\"%1\" goes by gradients of the loss on calibration pairs: choose a folder of them with "
           "File \u203a Calibration Pairs.")
            .arg(title),
        kNeedsCalibration);
    return;
  }
  const PruneOptions& prune = m_session.pruneOptions();
  GlobalPruneOptions options;
  options.method = method;
  options.samples = prune.samples, options.batchSize = prune.batchSize, options.seed = prune.seed;
  options.includeBridge = m_session.scoreOptions().includeBridge;
  m_planRunner.start(
      title, [this, title, options, target = m_session.plan().settledPlan().target,
              calibration = m_session.calibration(), model = m_session.model()](const JobContext& context) {
        Plan plan = pruneGlobally(*model, target, calibration, options, context.control()).plan;
        return [this, title, plan = std::move(plan)] { m_session.plan().setPlan(title, plan); };
      });
}

bool ResultController::canPrune() {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return false;
  if (m_session.hasWhatPruningNeeds()) return true;
  Q_EMIT failed(tr("Pruning by \"%1\" needs calibration pairs: choose a folder of them with "
                   "File \u203a Calibration Pairs, or prune by magnitude.")
                    .arg(QString::fromStdString(m_session.pruneOptions().criterion)),
                kNeedsCalibration);
  return false;
}

void ResultController::makePruner() {
  m_prunerOptions = m_session.pruneOptions();
  m_pruner = m_session.hasModel() ? std::make_shared<LivePruner>(m_session.model(), m_session.calibration(),
                                                                 m_session.pruneOptions())
                                  : nullptr;
}

JobWork ResultController::workFor(const Plan& plan, Answers answers) {
  const auto recovered = m_session.plan().recovered();
  m_newest = plan;
  m_newestRecovered = recovered;
  m_newestOptions = m_session.pruneOptions();
  m_newestAnswers = recovered ? Answers::Exact : answers;
  m_pruning = true;
  m_previewed = std::make_shared<std::atomic<bool>>(false);
  return recovered ? recoveredWork(plan, recovered) : pruneWork(plan, answers);
}

JobWork ResultController::recoveredWork(const Plan& plan, const RecoveredPtr& recovered) {
  Session* session = &m_session;
  return [session, plan, recovered, live = m_evaluator, pairs = m_evaluator ? Dataset() : m_session.pairs(),
          asked = !m_session.pairs().samples.empty(), options = m_session.pruneOptions(),
          first = m_session.watchedPairs()](const JobContext& context) -> JobDone {
    std::optional<Evaluation> evaluation;
    if (asked)
      evaluation = ask(*recovered->model, live.get(), pairs, context, first,
                       [session](const auto& results) { session->addPrunedResults(results); });
    PrunedModel shown{recovered->model, plan, options, recovered->record.sparsity, false, recovered};
    return [session, shown = std::move(shown), evaluation = std::move(evaluation)] {
      session->setPruned(shown, evaluation);
    };
  };
}

JobWork ResultController::pruneWork(const Plan& plan, Answers answers) {
  if (!m_pruner || !sameChoices(m_prunerOptions, m_session.pruneOptions())) makePruner();
  Session* session = &m_session;
  return
      [session, plan, pruner = m_pruner, live = m_evaluator, model = m_session.model(),
       pairs = m_evaluator ? Dataset() : m_session.pairs(), asked = !m_session.pairs().samples.empty(),
       options = m_session.pruneOptions(), answers, previewed = m_previewed, first = m_session.watchedPairs(),
       denseKnown = m_session.dense().has_value()](const JobContext& context) -> JobDone {
        if (!denseKnown && asked) {
          Evaluation dense = ask(*model, live.get(), pairs, context, first,
                                 [session](const auto& results) { session->addDenseResults(results); });
          context.deliver([session, dense = std::move(dense)] { session->setDense(dense); });
        }
        const auto answered = [&](const PruneResult& result, bool preview) -> JobDone {
          std::optional<Evaluation> evaluation;
          if (asked)
            evaluation = ask(*result.model, live.get(), pairs, context, first,
                             [session](const auto& results) { session->addPrunedResults(results); });
          PrunedModel pruned{result.model, plan, options, result.sparsity, preview};
          return [session, pruned = std::move(pruned), evaluation = std::move(evaluation)] {
            session->setPruned(pruned, evaluation);
          };
        };
        if (answers == Answers::Preview) return answered(pruner->preview(plan, context.control()), true);
        if (answers == Answers::PreviewThenExact)
          context.deliver(answered(pruner->preview(plan, context.control()), true));
        *previewed = !LivePruner::previewsExactly(options);
        return answered(pruner->run(plan, context.control()), false);
      };
}

bool ResultController::isSmall() const {
  return m_session.info().parameters <= kSmallParameters;
}

void ResultController::followPlan() {
  m_rest.stop();
  m_hold.stop();
  if (!m_live || m_session.isImproving() || !m_session.hasModel() || m_session.plan().isEmpty()) return;
  // A small model is pruned as soon as a person has made something of its plan; a large one when asked, and
  // not before a bar is let go.
  const bool dragging = m_session.plan().isDragging();
  if (dragging && !isSmall()) return;
  const bool first = !m_session.prunedModel() &&
                     (m_session.plan().recovered() || ((dragging || m_session.plan().isTouched()) &&
                                                       isSmall() && m_session.hasWhatPruningNeeds()));
  const Answers answers = answersFor(dragging);
  if (!first && !m_session.isStale() && (dragging || !m_session.isPreview())) {
    // A drag was taken back: the answers there are of the plan again.
    if (m_pruning && m_session.prunedModel() && m_runner.isBusy() && !isAsked(m_session.plan().plan()))
      m_runner.cancel();
    if (dragging && m_session.isPreview()) m_hold.start();
    return;
  }
  const auto recovered = m_session.plan().recovered();
  // There is nothing to ask.
  if (recovered && !recovered->model) {
    if (m_pruning) m_runner.cancel();
    return;
  }
  const Plan& plan = m_session.plan().plan();
  const bool busy = m_pruning && m_runner.isBusy();
  const bool sameOptions = sameChoices(m_newestOptions, m_session.pruneOptions());
  const bool asked =
      busy && sameOptions && isAsked(plan) && (dragging || m_newestAnswers != Answers::Preview);
  // What runs is of no more use: other options, or the exact pruning of a plan whose first answer was seen.
  const bool done = busy && (!sameOptions || (m_runner.waitingTitle().isEmpty() && *m_previewed));
  if (!asked && isSmall() && done) {
    runAtOnce(answers);
  } else if (!asked) {
    m_runner.startNext(tr("Pruning"), workFor(plan, answers));
  } else if (!dragging && !m_runner.waitingTitle().isEmpty()) {
    runAtOnce(answers);
  }
  if (dragging) m_rest.start();
}

ResultController::Answers ResultController::answersFor(bool dragging) const {
  if (!isSmall() || m_session.calibration().samples.empty() ||
      LivePruner::previewsExactly(m_session.pruneOptions()))
    return Answers::Exact;
  if (dragging) return Answers::Preview;
  // Its first answer is there.
  return m_session.isPreview() && !m_session.isStale() ? Answers::Exact : Answers::PreviewThenExact;
}

// What runs is of an older plan, and the newest is where it will stay: what is finished of the older one's
// blocks is kept by the pruner.
void ResultController::runAtOnce(Answers answers) {
  m_runner.start(tr("Pruning"), workFor(m_session.plan().plan(), answers));
}

// What runs or waits is of this plan, as it is to be asked now.
bool ResultController::isAsked(const Plan& plan) const {
  return sameSparsities(plan, m_newest) && m_newestRecovered == m_session.plan().recovered();
}

// Of another model, too.
void ResultController::onPairsChanged() {
  m_runner.cancel();
  const auto& pairs = m_session.pairs();
  const bool kept =
      m_session.hasModel() && isSmall() && !pairs.samples.empty() && pairs.samples.size() <= kKeptPairs;
  m_evaluator = kept ? std::make_shared<LiveEvaluator>(pairs) : nullptr;
  if (m_session.hasModel() && !m_session.dense() && isSmall()) evaluateDense();
}

}  // namespace espalier
