#pragma once

#include <QObject>
#include <memory>

#include "core/document/study.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// The sparsities of one method and seed that are still to be measured; scores are made once for them
// together.
struct SweepPart {
  std::string method;
  uint64_t seed = 0;
  std::vector<double> sparsities;
};

// Accuracy against sparsity for several methods, point by point into the session. What is asked for waits in
// a queue, whose order a person may change. Points that are there already are not measured again, so a sweep
// that was stopped, or whose program was closed, goes on where it was.
class SweepController : public QObject {
  Q_OBJECT

 public:
  explicit SweepController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  JobRunner& planRunner() { return m_planRunner; }

  // Behind what is in the queue already.
  void run(const StudyOptions& options);
  void stop();  // empties the queue
  // Of what was asked for: how many points are not there yet.
  static int missing(const std::vector<StudyPoint>& have, const StudyOptions& options);

  // What waits, the next first, without what is being measured.
  std::vector<SweepPart> waiting() const;
  void move(size_t place, int by);  // -1: earlier
  void drop(size_t place);
  // Pauses behind the point that is being measured, until it is taken back.
  void setPaused(bool paused);
  bool isPaused() const;

  // Makes the plan of a point the present one, as a step.
  void loadPlan(const StudyPoint& point);

 Q_SIGNALS:
  void queueChanged();                                      // waiting() or isPaused()
  void loaded(const std::string& method, double sparsity);  // the present plan is that of the point
  void failed(const QString& sentence, const QString& job = {});

 private:
  struct Queue;
  void launch();

  Session& m_session;
  std::shared_ptr<Queue> m_queue;
  JobRunner m_runner;
  JobRunner m_planRunner;
};

}  // namespace espalier
