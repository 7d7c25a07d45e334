#pragma once

#include <QObject>
#include <memory>

#include "core/engine/elsewhere.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// The connection of a window to an engine elsewhere: tells when it is lost, and gets it back. Does nothing
// where the engine is this process.
class EngineController : public QObject {
  Q_OBJECT

 public:
  explicit EngineController(Session& session, QObject* parent = nullptr);
  ~EngineController() override;

  JobRunner& runner() { return m_runner; }
  bool isLost() const { return !m_why.isEmpty(); }
  QString why() const { return m_why; }  // one sentence; empty while there is no loss
  // Starts the engine anew and looks whether the model there is the one that is open.
  void reconnect();

 Q_SIGNALS:
  void lost(const QString& why);
  void reconnected();
  void failed(const QString& sentence, const QString& job = {});

 private:
  struct Told;

  Session& m_session;
  JobRunner m_runner;
  QString m_why;
  std::shared_ptr<Told> m_told;
  std::shared_ptr<void> m_listening;
};

}  // namespace espalier
