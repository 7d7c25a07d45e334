#include "ui/controllers/score_controller.h"

#include "ui/controllers/needs.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

bool needsPairs(const std::string& method) {
  return method != "magnitude";
}

}  // namespace

ScoreController::ScoreController(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  connect(&m_runner, &JobRunner::failed, this,
          [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  for (auto ended : {&JobRunner::cancelled, &JobRunner::idle})
    connect(&m_runner, ended, this, &ScoreController::settle);
  connect(&m_session, &Session::modelChanged, &m_runner, &JobRunner::cancel);
}

// Idle may come from a cancelled job that unwinds while the next one is under way.
void ScoreController::settle() {
  if (!m_runner.isBusy()) m_session.endScoring();
}

void ScoreController::score() {
  if (!m_session.hasModel()) return;
  const ScoreOptions options = m_session.scoreOptions();
  if (needsPairs(options.method) && m_session.calibration().samples.empty()) {
    Q_EMIT failed(tr("Scoring by \"%1\" needs calibration pairs: choose a folder of them with "
                     "File \u203a Calibration Pairs, or score by magnitude.")
                      .arg(QString::fromStdString(options.method)),
                  kNeedsCalibration);
    return;
  }
  m_session.beginScoring();
  m_runner.start(tr("Scoring"), [this, options, model = m_session.model(),
                                 calibration = m_session.calibration()](const JobContext& context) {
    const auto onBlock = [&](const std::vector<MatrixScore>& block) {
      context.deliver([this, block] { m_session.addPartialScores(block); });
    };
    Scores scores = scoreModel(*model, calibration, options, context.control(), onBlock);
    return [this, scores = std::move(scores)] {
      m_session.endScoring();
      m_session.plan().setScores(scores);
    };
  });
}

}  // namespace espalier
