#pragma once

#include <QObject>
#include <optional>

#include "core/explain/explain.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// Explains one pair of the session for the dense and the pruned model, the same answer for both, and again
// whenever the pruned model is another one, as while a bar is dragged. One run in flight, the newest next.
class ExplainController : public QObject {
  Q_OBJECT

 public:
  enum class Answer { OfDense, OfPruned, Expected };

  explicit ExplainController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }

  void show(qint64 pair, Answer answer);  // of the session's pairs
  qint64 pair() const { return m_pair; }
  Answer answer() const { return m_answer; }

  const std::optional<Explanation>& dense() const { return m_dense; }
  const std::optional<Explanation>& pruned() const { return m_pruned; }  // nothing where none is pruned
  // Coarse maps are shown first where fine ones take their time.
  bool isCoarse() const { return m_coarse; }
  // What language models write behind the first half of the text.
  const QString& denseText() const { return m_denseText; }
  const QString& prunedText() const { return m_prunedText; }

 Q_SIGNALS:
  void explained();
  void failed(const QString& sentence, const QString& job = {});

 private:
  void run();

  Session& m_session;
  JobRunner m_runner;
  qint64 m_pair = -1;
  Answer m_answer = Answer::OfDense;
  std::optional<Explanation> m_dense, m_pruned;
  QString m_denseText, m_prunedText;
  std::string m_denseKey;  // what m_dense explains
  bool m_coarse = false;
};

}  // namespace espalier
