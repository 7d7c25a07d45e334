#pragma once

#include <QObject>
#include <vector>

#include "ui/jobs/job_runner.h"
#include "ui/session/plan_side.h"

namespace espalier {

class Session;

// What plans can be compared: the present one, those kept, and those of other projects of the same model.
// Measures those that have no results yet.
class CompareController : public QObject {
  Q_OBJECT

 public:
  explicit CompareController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }

  std::vector<PlanSide> sides() const;  // the present plan first; empty without a plan
  // Prunes to the side's plan by the session's options and asks its model the test pairs.
  void measure(const QString& key);
  // Takes the plan of a project file in as a side, with its results where they are of the same pairs.
  void openOther(const QString& projectFile);

 Q_SIGNALS:
  void sidesChanged();
  void opened(const QString& key);  // by openOther()
  void failed(const QString& sentence, const QString& job = {});

 private:
  void setMeasured(const QString& key, const MeasuredPlan& measured);

  Session& m_session;
  JobRunner m_runner;
  std::vector<PlanSide> m_others;  // of project files
};

}  // namespace espalier
