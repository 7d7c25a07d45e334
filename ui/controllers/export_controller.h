#pragma once

#include <QObject>

#include "core/report/html_report.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// Writes what was made to disk: the pruned model, its masks (pruning to the present plan first where the
// results are of another), the plan, a report.
class ExportController : public QObject {
  Q_OBJECT

 public:
  explicit ExportController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  void exportTo(const QString& folder, const ExportOptions& options = {});
  void exportMasks(const QString& file);   // of the plan, as safetensors
  void exportPlan(const QString& file);    // as json, or as yaml by the file's suffix
  void exportRecipe(const QString& file);  // what `espalier-cli run` does again
  void importPlan(const QString& file);    // either; becomes the present plan, as a step
  void exportReport(const QString& file);  // as html, or as pdf by the file's suffix

 Q_SIGNALS:
  void exported(const QString& folder, const QString& sentence);
  void failed(const QString& sentence, const QString& job = {});

 private:
  ModelPtr upToDate() const;  // the pruned model of the present plan; null where there is none
  ReportContent report() const;

  Session& m_session;
  JobRunner m_runner;
};

}  // namespace espalier
