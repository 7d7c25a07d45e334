#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>
#include <functional>
#include <memory>

#include "core/base/progress.h"
#include "ui/jobs/job_error.h"

namespace espalier {

class JobContext;

// What runs on the worker thread; what it returns runs on the GUI thread when the job is done, unless the job
// has been cancelled or superseded by then.
using JobDone = std::function<void()>;
using JobWork = std::function<JobDone(const JobContext&)>;

// One worker thread and at most one job waiting for it. Everything here is called and signalled on the GUI
// thread, which never waits except in the destructor, where the job is told to stop and joined.
class JobRunner : public QObject {
  Q_OBJECT

 public:
  explicit JobRunner(QObject* parent = nullptr);
  ~JobRunner() override;

  // Stops what runs, forgets what waits, and runs this as soon as the thread is free. Nothing the stopped job
  // still delivers arrives.
  void start(const QString& title, JobWork work);
  // Runs this after the job that runs now; takes the place of one that waits. For work that follows a drag:
  // each job that was begun is finished and shown, and the newest is next.
  void startNext(const QString& title, JobWork work);
  void cancel();  // what runs and what waits

  bool isBusy() const { return m_running || m_waiting; }  // until cancelled, done or failed
  QString title() const { return m_title; }
  QString waitingTitle() const;  // of the job that waits for the one that runs; empty: none
  Progress progress() const { return m_progress; }
  qint64 elapsedMs() const { return isBusy() ? m_clock.elapsed() : 0; }

 Q_SIGNALS:
  void started();
  void progressed();  // at most ten times a second
  void succeeded(const QString& title);
  void failed(const espalier::JobError& error);
  void cancelled();
  void idle();  // after the last of done, failed and cancelled, when nothing waits

 private:
  friend class JobContext;
  struct Request;
  struct Shared;

  void enqueue(const QString& title, JobWork work);
  void launchWaiting();
  void finish(quint64 generation, const JobDone& done);
  void drop(quint64 generation);
  void fail(quint64 generation, JobError error);
  void settle();
  void poll();

  std::unique_ptr<Shared> m_shared;
  std::unique_ptr<Request> m_waiting;
  QString m_title;
  Progress m_progress;
  QElapsedTimer m_clock;
  QTimer m_poll;
  quint64 m_generation = 0;  // of the newest job; results of any other are stale
  bool m_running = false;    // the newest job is on the thread and wanted
  bool m_occupied = false;   // the thread works, if only to unwind a cancelled job
};

// What a job has of the outside world, for as long as it runs.
class JobContext {
 public:
  // To be handed to the engine.
  const JobControl& control() const { return m_control; }

  // Runs a partial result on the GUI thread, in order, unless the job has been cancelled or superseded by
  // then.
  void deliver(std::function<void()> partial) const;

 private:
  friend class JobRunner;
  JobContext(JobRunner& runner, quint64 generation, JobControl control)
      : m_runner(runner), m_generation(generation), m_control(std::move(control)) {}

  JobRunner& m_runner;
  quint64 m_generation;
  JobControl m_control;
};

}  // namespace espalier
