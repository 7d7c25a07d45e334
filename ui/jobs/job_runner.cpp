#include "ui/jobs/job_runner.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "core/base/stop_here.h"

namespace espalier {

struct JobRunner::Request {
  quint64 generation = 0;
  QString title;
  JobWork work;
  std::stop_source stop;
};

// What both threads touch, all under the mutex.
struct JobRunner::Shared {
  std::mutex mutex;
  std::condition_variable wake;
  std::optional<Request> next;
  std::stop_source stop;  // of the job on the thread
  Progress progress;
  bool progressIsNew = false;
  bool quit = false;
  std::thread thread;

  void work(JobRunner& runner);
  void run(JobRunner& runner, const Request& request);
};

void JobRunner::Shared::work(JobRunner& runner) {
  for (;;) {
    Request request;
    {
      std::unique_lock lock(mutex);
      wake.wait(lock, [this] { return quit || next; });
      if (quit) return;
      request = std::move(*next);
      next.reset();
    }
    run(runner, request);
  }
}

void JobRunner::Shared::run(JobRunner& runner, const Request& request) {
  JobControl control;
  control.stop = request.stop.get_token();
  const StopHere stopHere(control.stop);
  control.onProgress = [this](const Progress& now) {
    std::scoped_lock lock(mutex);
    progress = now;
    progressIsNew = true;
  };
  const quint64 generation = request.generation;
  // Everything goes back by events to the runner: they are dropped with it if it goes first.
  const auto post = [&runner](std::function<void()> f) {
    QMetaObject::invokeMethod(&runner, std::move(f), Qt::QueuedConnection);
  };
  try {
    JobDone done = request.work(JobContext(runner, generation, std::move(control)));
    post([&runner, generation, done = std::move(done)] { runner.finish(generation, done); });
  } catch (const Cancelled&) {
    post([&runner, generation] { runner.drop(generation); });
  } catch (...) {
    post([&runner, generation, error = describe(std::current_exception())] {
      runner.fail(generation, error);
    });
  }
}

JobRunner::JobRunner(QObject* parent) : QObject(parent), m_shared(std::make_unique<Shared>()) {
  m_poll.setInterval(100);
  connect(&m_poll, &QTimer::timeout, this, &JobRunner::poll);
  m_shared->thread = std::thread([this, shared = m_shared.get()] { shared->work(*this); });
}

JobRunner::~JobRunner() {
  disconnect();
  {
    std::scoped_lock lock(m_shared->mutex);
    m_shared->quit = true;
    m_shared->next.reset();
    m_shared->stop.request_stop();
  }
  m_shared->wake.notify_one();
  m_shared->thread.join();
}

void JobRunner::start(const QString& title, JobWork work) {
  if (m_occupied) m_shared->stop.request_stop();
  m_running = false;
  enqueue(title, std::move(work));
}

void JobRunner::startNext(const QString& title, JobWork work) {
  enqueue(title, std::move(work));
}

void JobRunner::enqueue(const QString& title, JobWork work) {
  const bool wasBusy = isBusy();
  m_waiting = std::make_unique<Request>();
  m_waiting->title = title;
  m_waiting->work = std::move(work);
  if (!m_running) m_title = title;
  if (!wasBusy) m_clock.start();
  if (!m_occupied) launchWaiting();
}

void JobRunner::launchWaiting() {
  m_waiting->generation = ++m_generation;
  m_title = m_waiting->title;
  m_progress = {};
  m_running = m_occupied = true;
  m_clock.start();
  {
    std::scoped_lock lock(m_shared->mutex);
    m_shared->stop = m_waiting->stop;
    m_shared->progressIsNew = false;
    m_shared->next = std::move(*m_waiting);
  }
  m_waiting.reset();
  m_shared->wake.notify_one();
  m_poll.start();
  Q_EMIT started();
}

void JobRunner::cancel() {
  if (!isBusy()) return;
  if (m_occupied) m_shared->stop.request_stop();
  m_running = false;
  m_waiting.reset();
  m_poll.stop();
  Q_EMIT cancelled();
  if (!isBusy()) Q_EMIT idle();
}

void JobRunner::finish(quint64 generation, const JobDone& done) {
  const bool wanted = m_running && generation == m_generation;
  m_occupied = false;
  if (wanted) {
    m_running = false;
    const QString title = m_title;  // `done` may start another job
    if (done) done();
    Q_EMIT succeeded(title);
  }
  settle();
}

// It stopped by itself.
void JobRunner::drop(quint64 generation) {
  m_occupied = false;
  if (generation == m_generation) m_running = false;
  settle();
}

void JobRunner::fail(quint64 generation, JobError error) {
  const bool wanted = m_running && generation == m_generation;
  m_occupied = false;
  if (wanted) {
    m_running = false;
    error.job = m_title;
    Q_EMIT failed(error);
  }
  settle();
}

// What waits goes next. `done` or a slot may have started something already.
void JobRunner::settle() {
  if (m_occupied) return;
  if (m_waiting) return launchWaiting();
  m_poll.stop();
  Q_EMIT idle();
}

QString JobRunner::waitingTitle() const {
  return m_waiting && m_running ? m_waiting->title : QString();
}

void JobRunner::poll() {
  {
    std::scoped_lock lock(m_shared->mutex);
    if (!m_shared->progressIsNew || !m_running) return;
    m_progress = m_shared->progress;
    m_shared->progressIsNew = false;
  }
  Q_EMIT progressed();
}

void JobContext::deliver(std::function<void()> partial) const {
  JobRunner* runner = &m_runner;
  const quint64 generation = m_generation;
  QMetaObject::invokeMethod(
      runner,
      [runner, generation, partial = std::move(partial)] {
        if (runner->m_running && generation == runner->m_generation) partial();
      },
      Qt::QueuedConnection);
}

}  // namespace espalier
