#include "ui/controllers/score_controller.h"

#include <algorithm>
#include <utility>

#include "core/engine/score_draws.h"
#include "ui/controllers/kept_steps.h"
#include "ui/controllers/needs.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr const char *kExact = "exact-gradient", *kDrawn = "forward-mode";
constexpr int64_t kWatchedDraws = 16;
constexpr double kNeverStable = 1e-9;

}  // namespace

ScoreController::ScoreController(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  // Draws that are there are not lost with those that were to come.
  const auto takeDrawn = [this] {
    if (m_drawn) setScores(*std::exchange(m_drawn, {}));
  };
  connect(&m_runner, &JobRunner::failed, this, [this, takeDrawn](const JobError& error) {
    takeDrawn();
    Q_EMIT failed(error.message, error.job);
  });
  connect(&m_runner, &JobRunner::cancelled, this, takeDrawn);
  // What is scored with the data or the prompt form before is no score of the present ones.
  for (auto changed : {&Session::modelChanged, &Session::calibrationChanged}) {
    connect(&m_session, changed, this, [this] { m_drawn.reset(); });
    connect(&m_session, changed, &m_runner, &JobRunner::cancel);
  }
  for (auto ended : {&JobRunner::cancelled, &JobRunner::idle})
    connect(&m_runner, ended, this, &ScoreController::settle);
}

// Idle may come from a cancelled job that unwinds while the next one is under way.
void ScoreController::settle() {
  if (!m_runner.isBusy()) m_session.endScoring();
}

void ScoreController::keepStepsIn(const QString& folder) {
  m_steps = folder;
  removeOldSteps(folder);
}

void ScoreController::score() {
  if (canScore(m_session.scoreOptions().method)) begin(tr("Scoring"), m_session.scoreOptions(), false);
}

void ScoreController::watchEstimate() {
  ScoreOptions options = m_session.scoreOptions();
  if (!drawsNoise(options.method)) options.method = kDrawn;
  options.draws = std::max(options.draws, kWatchedDraws);
  options.rescore = 1;
  // Draws one after another, each of which is told.
  if (options.untilStable == 0) options.untilStable = kNeverStable;
  if (canScore(options.method)) begin(tr("Estimating"), options, true);
}

void ScoreController::takeEstimate() {
  m_takeNext = true;
  if (m_drawn) m_runner.cancel();
}

void ScoreController::setScores(const Scores& scores) {
  m_drawn.reset();
  m_session.endScoring();
  m_session.keepScores(scores);
  m_session.plan().setScores(scores);
}

bool ScoreController::canScore(const std::string& method) {
  if (!m_session.hasModel()) return false;
  if (!scoringNeedsData(method) || !m_session.calibration().samples.empty()) return true;
  Q_EMIT failed(tr("Scoring by \"%1\" needs calibration pairs: choose a folder of them with "
                   "File \u203a Calibration Pairs, or score by magnitude.")
                    .arg(QString::fromStdString(method)),
                kNeedsCalibration);
  return false;
}

void ScoreController::begin(const QString& title, ScoreOptions options, bool exactFirst) {
  options.stableTarget = m_session.plan().settledPlan().target;
  // Only noise is drawn until something is certain.
  if (!drawsNoise(options.method)) options.untilStable = 0;
  ScoreOptions exact = options;
  exact.method = kExact;
  exact.untilStable = 0;
  exact.statistics = false;
  exact.rescore = 1;
  m_drawn.reset();
  m_takeNext = false;
  m_session.beginScoring(options);
  m_runner.start(title, [this, options, exact, exactFirst, steps = m_steps, model = m_session.model(),
                         calibration = m_session.calibration()](const JobContext& context) {
    const auto journalOf = [&](const ScoreOptions& own) {
      return journalOfScoring(steps, *model, calibration, own);
    };
    if (exactFirst) {
      Scores known = scoreKeepingSteps(journalOf(exact), exact, [&](const ScoreOptions& own) {
        return scoreModel(*model, calibration, own, context.control());
      });
      context.deliver([this, known = std::move(known)] {
        m_session.keepScores(known);
        Q_EMIT comparisonKnown(kExact);
      });
    }
    const auto onBlock = [&](const std::vector<MatrixScore>& block) {
      context.deliver([this, block] { m_session.addPartialScores(block); });
    };
    const auto onDraw = [&](const Scores& scores) {
      context.deliver([this, scores] {
        m_drawn = scores;
        if (m_takeNext) m_runner.cancel();
      });
    };
    Scores scores = scoreKeepingSteps(journalOf(options), options, [&](const ScoreOptions& own) {
      return scoreModel(*model, calibration, own, context.control(), onBlock, onDraw);
    });
    return [this, scores = std::move(scores)] { setScores(scores); };
  });
}

}  // namespace espalier
