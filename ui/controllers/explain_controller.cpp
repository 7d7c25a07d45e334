#include "ui/controllers/explain_controller.h"

#include <QElapsedTimer>

#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr int64_t kWritten = 24;     // tokens
constexpr int64_t kCoarseCells = 4;  // a side: a quarter of the work of the usual eight
constexpr qint64 kAtOnceMs = 30;     // a coarse map that takes less is not worth showing

}  // namespace

ExplainController::ExplainController(Session& session, QObject* parent)
    : QObject(parent), m_session(session) {
  connect(&m_session, &Session::evaluationChanged, this, &ExplainController::run);
  const auto forget = [this] {
    m_runner.cancel();
    m_pair = -1;
    m_dense.reset(), m_pruned.reset();
    m_denseKey.clear();
    Q_EMIT explained();
  };
  connect(&m_session, &Session::modelChanged, this, forget);
  connect(&m_session, &Session::pairsChanged, this, forget);
  connect(&m_runner, &JobRunner::failed, this,
          [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
}

void ExplainController::show(qint64 pair, Answer answer) {
  if (pair != m_pair) m_dense.reset(), m_pruned.reset();
  m_pair = pair;
  m_answer = answer;
  run();
}

void ExplainController::run() {
  if (!m_session.hasModel() || m_pair < 0 || size_t(m_pair) >= m_session.outcomes().size()) return;
  const Sample sample = m_session.pairs().samples[size_t(m_pair)];
  const PairOutcome& outcome = m_session.outcomes()[size_t(m_pair)];
  ExplainOptions options;
  // Texts that are matched are what they are, whoever is asked.
  const bool matches = (outcome.dense && !outcome.dense->candidates.empty());
  if (!matches) {
    if (m_answer == Answer::OfDense && outcome.dense) options.answer = outcome.dense->answer;
    if (m_answer == Answer::OfPruned && outcome.pruned) options.answer = outcome.pruned->answer;
    if (m_answer == Answer::Expected) options.answer = sample.answer;
  }
  const bool writes = outcome.dense && !outcome.dense->tokens.empty();  // a language model
  const ModelPtr pruned = m_session.prunedModel() ? m_session.prunedModel()->model : nullptr;
  const std::string key = std::to_string(m_pair) + ' ' + options.answer;
  std::optional<Explanation> known = m_denseKey == key ? m_dense : std::nullopt;
  m_runner.startNext(tr("Explaining an answer"), [this, sample, options, pruned, key, writes, pair = m_pair,
                                                  dense = m_session.model(), known = std::move(known),
                                                  text = m_denseText](const JobContext& context) mutable {
    ExplainOptions asked = options;
    if (!known) {
      QElapsedTimer clock;
      clock.start();
      ExplainOptions coarse = options;
      coarse.cells = kCoarseCells;
      Explanation first = explainPair(*dense, sample, coarse, context.control());
      // The answer is the same then, and is not asked for again.
      if (!first.matches) asked.answer = coarse.answer = first.answer;
      if (!first.tokens.empty() && !first.withoutPicture.empty() && clock.elapsed() > kAtOnceMs) {
        std::optional<Explanation> second;
        if (pruned) second = explainPair(*pruned, sample, coarse, context.control());
        context.deliver([this, pair, first = std::move(first), second = std::move(second)]() mutable {
          if (pair != m_pair) return;
          m_dense = std::move(first), m_pruned = std::move(second);
          m_denseText.clear(), m_prunedText.clear(), m_denseKey.clear();
          m_coarse = true;
          Q_EMIT explained();
        });
      }
      known = explainPair(*dense, sample, asked, context.control());
      if (writes) text = QString::fromStdString(writtenBy(*dense, sample, kWritten, context.control()));
    }
    // The same answer for both, where nobody has said it yet.
    if (asked.answer.empty() && !known->matches) asked.answer = known->answer;
    std::optional<Explanation> after;
    QString afterText;
    if (pruned) {
      after = explainPair(*pruned, sample, asked, context.control());
      if (writes) afterText = QString::fromStdString(writtenBy(*pruned, sample, kWritten, context.control()));
    }
    return JobDone(
        [this, pair, key, known = std::move(known), after = std::move(after), text, afterText]() mutable {
          if (pair != m_pair) return;
          m_dense = std::move(known);
          m_pruned = std::move(after);
          m_denseText = text, m_prunedText = afterText;
          m_denseKey = key;
          m_coarse = false;
          Q_EMIT explained();
        });
  });
}

}  // namespace espalier
