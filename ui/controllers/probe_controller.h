#pragma once

#include <QObject>
#include <memory>
#include <optional>

#include "core/live/plan_probe.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// What is learnt of the model beside its answers: local errors for the prediction, each block's sensitivity,
// and the search for a better plan.
class ProbeController : public QObject {
  Q_OBJECT

 public:
  explicit ProbeController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }

  void measureErrors();       // for the prediction; done by itself on small models
  void measureSensitivity();  // of each group of the present plan
  void improve();             // the present plan; sensitivities that are missing are measured first
  void stop() { m_runner.cancel(); }
  bool wasAskedFor() const { return m_askedFor; }  // what runs, or ran last: not by itself

  struct Step {
    QString from, to;
    double weights = 0;
    double loss = 0;
  };

 Q_SIGNALS:
  void failed(const QString& sentence, const QString& job = {});
  void improveBegan(double loss);
  void improved(const espalier::ProbeController::Step& step);
  void improveEnded(bool foundAny);
  // What the search never saw: the loss of the test pairs by the plan it began with and by what it made of
  // it.
  void improveTested(double before, double after);

 private:
  // The probe is built by the first job that needs it and used by one job at a time.
  using Holder = std::shared_ptr<std::unique_ptr<PlanProbe>>;
  Holder holder();
  bool canMeasure();
  void endSearch(bool found);
  void compareTestLoss();
  void deliverErrors(const PlanProbe& probe, const JobContext& context);

  Session& m_session;
  JobRunner m_runner;
  Holder m_holder;
  PruneOptions m_probedWith;
  bool m_askedFor = false;
  std::optional<Plan> m_improvedPlan;  // waits for the answers of the test pairs
  std::optional<double> m_testBefore;  // their loss before the search
  bool m_stepping = false;             // the plan changes by a step of the search
};

}  // namespace espalier
