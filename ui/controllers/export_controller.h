#pragma once

#include <QObject>

#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// Writes the pruned model to a folder, pruning to the present plan first where the results are of another.
class ExportController : public QObject {
  Q_OBJECT

 public:
  explicit ExportController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  void exportTo(const QString& folder);

 Q_SIGNALS:
  void exported(const QString& folder, const QString& sentence);
  void failed(const QString& sentence);

 private:
  Session& m_session;
  JobRunner m_runner;
};

}  // namespace espalier
