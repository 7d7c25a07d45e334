#include "core/base/parallel.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/execution.h"
#include "core/base/idle_workers.h"
#include "core/base/stop_here.h"

namespace espalier {

namespace {

std::atomic<int> g_threads{0};
thread_local bool t_insideTask = false;

struct Loop {
  int64_t count;
  const std::function<void(int64_t)>* body;
  const std::stop_token stop = stopTokenHere();
  Execution* const execution = executionHere();
  std::atomic<int64_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::exception_ptr error;

  void run() {
    // A single task leaves the other workers to what it does.
    t_insideTask = count > 1;
    StopHere here(stop);
    std::optional<ExecutionHere> executed;
    if (execution) executed.emplace(*execution);
    c10::NoGradGuard noGrad;
    while (!failed) {
      const int64_t i = next.fetch_add(1);
      if (i >= count) break;
      try {
        (*body)(i);
      } catch (...) {
        std::lock_guard lock(mutex);
        if (!error) error = std::current_exception();
        failed = true;
      }
    }
    t_insideTask = false;
  }
};

// Workers that live as long as the process: LibTorch and OpenBLAS keep per-thread buffers that are dear to
// make anew.
class Pool {
 public:
  static Pool& instance() {
    static Pool pool;
    return pool;
  }

  ~Pool() {
    {
      std::lock_guard lock(m_mutex);
      m_quit = true;
    }
    m_wake.notify_all();
    for (auto& t : m_threads) t.join();
  }

  void run(const std::shared_ptr<Loop>& loop, int helpers) {
    {
      std::lock_guard lock(m_mutex);
      while (int(m_threads.size()) < helpers) m_threads.emplace_back([this] { work(); });
      for (int i = 0; i < helpers; ++i) m_queue.push_back(loop);
    }
    m_wake.notify_all();
    loop->run();
    std::unique_lock lock(m_mutex);
    // Helpers that have not begun have nothing left to do.
    std::erase_if(m_queue, [&](const auto& queued) { return queued == loop; });
    m_done.wait(lock, [&] { return m_busy.end() == std::find(m_busy.begin(), m_busy.end(), loop.get()); });
  }

 private:
  void work() {
    at::set_num_threads(1);
    std::unique_lock lock(m_mutex);
    for (;;) {
      m_wake.wait(lock, [&] { return m_quit || !m_queue.empty(); });
      if (m_quit) return;
      auto loop = m_queue.front();
      m_queue.erase(m_queue.begin());
      m_busy.push_back(loop.get());
      lock.unlock();
      loop->run();
      lock.lock();
      m_busy.erase(std::find(m_busy.begin(), m_busy.end(), loop.get()));
      m_done.notify_all();
    }
  }

  std::mutex m_mutex;
  std::condition_variable m_wake, m_done;
  std::vector<std::thread> m_threads;
  std::vector<std::shared_ptr<Loop>> m_queue;
  std::vector<const Loop*> m_busy;
  bool m_quit = false;
};

}  // namespace

void setThreadCount(int threads) {
  g_threads = threads > 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
}

int threadCount() {
  if (const auto* here = executionHere(); here && here->workers > 0) return here->workers;
  if (g_threads == 0) setThreadCount(0);
  return g_threads;
}

int idleWorkers() {
  return t_insideTask ? 1 : threadCount();
}

void parallelFor(int64_t count, const std::function<void(int64_t)>& body) {
  if (count <= 0) return;
  const int helpers = int(std::min<int64_t>(threadCount() - 1, count - 1));
  if (t_insideTask) {
    for (int64_t i = 0; i < count; ++i) body(i);
    return;
  }
  auto loop = std::make_shared<Loop>();
  loop->count = count;
  loop->body = &body;
  if (helpers == 0)
    loop->run();
  else
    Pool::instance().run(loop, helpers);
  if (loop->error) std::rethrow_exception(loop->error);
}

}  // namespace espalier
