#pragma once

#include <QObject>

#include "core/document/study.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// Accuracy against sparsity for several methods, point by point into the session. Points that are there
// already are not measured again, so a sweep that was stopped, or whose program was closed, goes on where it
// was.
class SweepController : public QObject {
  Q_OBJECT

 public:
  explicit SweepController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  JobRunner& planRunner() { return m_planRunner; }

  void run(const StudyOptions& options);
  void stop() { m_runner.cancel(); }
  static int missing(const std::vector<StudyPoint>& have, const StudyOptions& options);

  // Makes the plan of a point the present one, as a step.
  void loadPlan(const StudyPoint& point);

 Q_SIGNALS:
  void loaded(const std::string& method, double sparsity);  // the present plan is that of the point
  void failed(const QString& sentence, const QString& job = {});

 private:
  Session& m_session;
  JobRunner m_runner;
  JobRunner m_planRunner;
};

}  // namespace espalier
