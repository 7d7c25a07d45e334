#pragma once

#include <QObject>

#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// Scores the session's model; the bars fill in as blocks are done, and the plan follows at the end, as one
// step.
class ScoreController : public QObject {
  Q_OBJECT

 public:
  explicit ScoreController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  void score();

 Q_SIGNALS:
  void failed(const QString& sentence, const QString& job = {});

 private:
  void settle();

  Session& m_session;
  JobRunner m_runner;
};

}  // namespace espalier
