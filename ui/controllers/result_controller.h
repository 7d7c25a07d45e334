#pragma once

#include <QObject>
#include <QTimer>
#include <atomic>
#include <memory>

#include "core/live/live_evaluator.h"
#include "core/live/live_pruner.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/plan_state.h"

namespace espalier {

class Session;

// Asks the dense model, prunes to the plan and asks the pruned one. While live, every change of the plan does
// so again, of small models every move of a drag, too: one run in flight, the newest plan next. Where the
// plan has come to rest, when a bar is let go or held still, a run of an older one gives way to it. Where
// the inputs of a small model's blocks change with the plan, previews are asked (LivePruner), and the exact
// pruning after them when the plan has settled or a bar is held still for longer. A plan that was recovered
// is asked as it was recovered, as long as nothing is dragged.
class ResultController : public QObject {
  Q_OBJECT

 public:
  explicit ResultController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  JobRunner& planRunner() { return m_planRunner; }

  void prune();
  void evaluateDense();
  void useGlobalMagnitude();                    // the plan of one threshold over all weights, as a step
  void useGlobally(const std::string& method);  // the same of a name of globalMethods()

  bool isLive() const { return m_live; }
  void setLive(bool live);

 Q_SIGNALS:
  void failed(const QString& sentence, const QString& job = {});

 private:
  enum class Answers { Preview, Exact, PreviewThenExact };
  JobWork workFor(const Plan& plan, Answers answers);
  JobWork pruneWork(const Plan& plan, Answers answers);
  JobWork recoveredWork(const Plan& plan, const RecoveredPtr& recovered);
  bool isAsked(const Plan& plan) const;
  Answers answersFor(bool dragging) const;
  void makePruner();
  bool canPrune();
  void followPlan();
  void runAtOnce(Answers answers);
  bool isSmall() const;
  void onPairsChanged();

  Session& m_session;
  JobRunner m_runner;
  JobRunner m_planRunner;
  // Used by the jobs of m_runner alone, one after the other; a new one is made where model, calibration or
  // options are others.
  std::shared_ptr<LivePruner> m_pruner;
  PruneOptions m_prunerOptions;
  std::shared_ptr<LiveEvaluator> m_evaluator;  // of the pairs; null where there are too many to keep
  Plan m_newest;                               // that was run or waits, while what runs is pruning
  PruneOptions m_newestOptions;                // with which
  RecoveredPtr m_newestRecovered;              // what that is to be asked as; null: pruned
  Answers m_newestAnswers = Answers::Exact;
  bool m_pruning = false;
  std::shared_ptr<std::atomic<bool>> m_previewed;  // what runs has shown its preview
  QTimer m_rest;                                   // runs out when a drag stands still
  QTimer m_hold;                                   // and when it still does, its preview answered
  bool m_live = true;
};

}  // namespace espalier
