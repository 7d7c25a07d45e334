#pragma once

#include <QObject>
#include <memory>

#include "core/session/live_pruner.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// Asks the dense model, prunes to the plan and asks the pruned one. While live, every settled change of the
// plan does so again: one run in flight, the newest plan next.
class ResultController : public QObject {
  Q_OBJECT

 public:
  explicit ResultController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  JobRunner& planRunner() { return m_planRunner; }

  void prune();
  void evaluateDense();
  void useGlobalMagnitude();  // the plan of one threshold over all weights, as a step

  bool isLive() const { return m_live; }
  void setLive(bool live);

 Q_SIGNALS:
  void failed(const QString& sentence, const QString& job = {});

 private:
  JobWork pruneWork();
  void makePruner();
  bool canPrune();
  void followPlan();
  void onPairsChanged();

  Session& m_session;
  JobRunner m_runner;
  JobRunner m_planRunner;
  // Used by the jobs of m_runner alone, one after the other; a new one is made where model, calibration or
  // options are others.
  std::shared_ptr<LivePruner> m_pruner;
  bool m_live = true;
};

}  // namespace espalier
