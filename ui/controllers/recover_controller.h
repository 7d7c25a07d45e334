#pragma once

#include <QObject>
#include <QTimer>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/recover/report.h"
#include "ui/jobs/job_runner.h"
#include "ui/session/plan_state.h"

namespace espalier {

class Session;

// Gets accuracy of the plan's model back, as a step of the plan's history. What runs tells its losses as they
// come; it can be cancelled, or asked to keep what it has reached. A plan that goes on meanwhile keeps its
// recovery waiting until a person takes it. Methods that begin with those of the present recovery go on from
// its weights, to the same bits as all of them in one run.
class RecoverController : public QObject {
  Q_OBJECT

 public:
  explicit RecoverController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  void recover();      // by the session's recoverOptions()
  void keepReached();  // ends what runs with the best it has
  bool isEnding() const { return m_runner.isBusy() && m_enough.stop_requested(); }

  // Losses of what runs or ran last, in the order they came.
  const std::vector<RecoveryPoint>& points() const { return m_points; }

  // Small models are recovered by themselves when their plan has come to rest, each new plan once.
  bool isAutomatic() const { return m_automatic; }
  void setAutomatic(bool automatic);

  bool hasLate() const { return m_late.has_value(); }
  void takeLate();  // the plan that the waiting recovery is of, with it

 Q_SIGNALS:
  void pointsChanged();
  void recovered();      // as a step, which is done
  void recoveredLate();  // it is done, and the plan is another by now
  void warned(const QString& sentence);
  void failed(const QString& sentence, const QString& job = {});

 private:
  struct Done {
    Plan plan;
    PruneOptions prune;
    RecoveredPtr recovered;
  };
  bool canRecover();
  void begin();
  void finish(const Done& done);
  void followPlan();
  void recoverRestingPlan();

  Session& m_session;
  JobRunner m_runner;
  std::stop_source m_enough;
  std::vector<RecoveryPoint> m_points;
  std::optional<Done> m_late;
  bool m_automatic = false, m_byItself = false;
  QTimer m_rest;
};

}  // namespace espalier
