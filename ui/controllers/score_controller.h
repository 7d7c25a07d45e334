#pragma once

#include <QObject>

#include <optional>

#include "core/allocate/scores.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;
struct ScoreOptions;

// Scores the session's model; the bars fill in as blocks are done, and the plan follows at the end, as one
// step.
class ScoreController : public QObject {
  Q_OBJECT

 public:
  explicit ScoreController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  // Where finished steps are kept until a scoring is done; empty: nowhere.
  void keepStepsIn(const QString& folder);
  void score();
  // The exact scores, then noise drawn again and again, as often as the options say or more: the estimate
  // closes in on them before one's eyes.
  void watchEstimate();
  // Ends that with the draws there are, or after the first one. So does cancelling, once there is one.
  void takeEstimate();

 Q_SIGNALS:
  // Scores that those shown now are to be compared with: Session::scoresByMethod().
  void comparisonKnown(const std::string& method);
  void failed(const QString& sentence, const QString& job = {});

 private:
  void settle();
  void setScores(const Scores& scores);
  bool canScore(const std::string& method);
  void begin(const QString& title, ScoreOptions options, bool exactFirst);

  Session& m_session;
  JobRunner m_runner;
  QString m_steps;                // folder of finished steps
  std::optional<Scores> m_drawn;  // by the estimate that is being watched
  bool m_takeNext = false;
};

}  // namespace espalier
