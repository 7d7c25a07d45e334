// Batches that go through a model one behind the other: each block runs once, results are those of whole
// runs, with states kept from run to run and with the batches shared between processes.
#include "core/sweep/batch_traversal.h"

#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <limits>
#include <thread>

#include "core/base/error.h"
#include "core/sweep/run.h"
#include "tests/support/step_block.h"

using namespace espalier;

namespace {

constexpr size_t kSteps = 4, kMiddle = 2;

// Two processes that are threads of this one: what they send is in queues.
class ThreadProcess : public Processes {
 public:
  struct Channel {
    std::mutex mutex;
    std::condition_variable more;
    std::deque<std::byte> bytes[2];  // to each of them
  };
  ThreadProcess(int rank, Channel& channel) : m_rank(rank), m_channel(channel) {}
  int rank() const override { return m_rank; }
  int size() const override { return 2; }
  std::string nameOf(int rank) const override { return "thread " + std::to_string(rank); }
  void sendBytes(int to, std::span<const std::byte> bytes) override {
    std::lock_guard lock(m_channel.mutex);
    m_channel.bytes[to].insert(m_channel.bytes[to].end(), bytes.begin(), bytes.end());
    m_channel.more.notify_all();
  }
  void receiveBytes(int, std::span<std::byte> bytes) override {
    std::unique_lock lock(m_channel.mutex);
    auto& queue = m_channel.bytes[m_rank];
    m_channel.more.wait(lock, [&] { return queue.size() >= bytes.size(); });
    std::copy_n(queue.begin(), bytes.size(), bytes.begin());
    queue.erase(queue.begin(), queue.begin() + std::ptrdiff_t(bytes.size()));
  }

 private:
  int m_rank;
  Channel& m_channel;
};

std::string bytesOf(const at::Tensor& t) {
  return {static_cast<const char*>(t.data_ptr()), t.nbytes()};
}

}  // namespace

class BatchTraversalTest : public QObject {
  Q_OBJECT
  std::atomic<int> m_runs = 0;
  std::shared_ptr<Model> m_model;
  std::vector<std::shared_ptr<const Batch>> m_batches;
  std::map<std::string, at::Tensor> m_tensors;

  at::Tensor whole(size_t batch, size_t block) const {
    const Weights w(m_tensors);
    auto state = begin(m_batches[batch], w);
    runBlocks(*m_model, Pass{w}, state, 0, block);
    return state.hidden;
  }

  // The states in the middle and at the end of each batch, one behind the other.
  BatchVisitor<at::Tensor> visitor(std::map<size_t, at::Tensor>& taken) const {
    return {.work =
                [](BatchPath& path) {
                  const auto middle = path.before(kMiddle).hidden;
                  return at::cat({middle, path.end().hidden}).contiguous();
                },
            .take = [&](size_t batch, const at::Tensor& t) { taken[batch] = t; },
            .pack = bytesOf,
            .unpack =
                [](size_t, const std::string& bytes) {
                  auto t = at::empty({4, 3});
                  std::memcpy(t.data_ptr(), bytes.data(), bytes.size());
                  return t;
                }};
  }
  bool areRight(const std::map<size_t, at::Tensor>& taken, const std::vector<size_t>& asked) const {
    for (const auto b : asked)
      if (!taken.count(b) || !at::equal(taken.at(b), at::cat({whole(b, kMiddle), whole(b, kSteps)})))
        return false;
    return taken.size() == asked.size();
  }

 private Q_SLOTS:
  void initTestCase() {
    m_model = std::make_shared<Model>("steps", ModelTask::Continue, nlohmann::json::object());
    at::manual_seed(1);
    for (size_t i = 0; i < kSteps; ++i) {
      const auto name = "step" + std::to_string(i);
      m_model->add(std::make_unique<StepBlock>(name, m_runs));
      m_tensors[name + ".w"] = at::randn({3, 3});
    }
    for (int i = 0; i < 11; ++i) {
      auto batch = std::make_shared<Batch>();
      batch->tensors["pixel_values"] = at::randn({2, 3});
      m_batches.push_back(batch);
    }
  }

  void eachBlockRunsOnce() {
    const Weights w(m_tensors);
    const JobControl control;
    const std::vector<size_t> asked{7, 0, 3};
    std::map<size_t, at::Tensor> taken;
    m_runs = 0;
    visitBatches<at::Tensor>({*m_model, w, m_batches, asked, control, "Stepping"}, visitor(taken));
    QCOMPARE(m_runs.load(), int(asked.size() * kSteps));
    QVERIFY(areRight(taken, asked));
  }

  void keptStatesServeTheNextRun() {
    const Weights w(m_tensors);
    const JobControl control;
    const std::vector<size_t> asked{1, 2};
    PrefixStates kept(std::numeric_limits<int64_t>::max());
    kept.setBatches(m_batches);
    for (const int runs : {int(asked.size() * kSteps), 0}) {
      std::map<size_t, at::Tensor> taken;
      m_runs = 0;
      visitBatches<at::Tensor>({*m_model, w, m_batches, asked, control, {}, &kept}, visitor(taken));
      QCOMPARE(m_runs.load(), runs);
      QVERIFY(areRight(taken, asked));
    }
  }

  // Each batch is worked on by one process, and both take all of them.
  void processesShareTheBatches() {
    const Weights w(m_tensors);
    const std::vector<size_t> asked{10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
    ThreadProcess::Channel channel;
    std::map<size_t, at::Tensor> taken[2];
    std::vector<size_t> order[2];
    m_runs = 0;
    const auto runAs = [&](int rank) {
      JobControl control;
      control.processes = std::make_shared<ThreadProcess>(rank, channel);
      control.processes->shareWorkers(1);
      auto v = visitor(taken[rank]);
      v.take = [&, take = v.take](size_t batch, const at::Tensor& t) {
        order[rank].push_back(batch);
        take(batch, t);
      };
      visitBatches<at::Tensor>({*m_model, w, m_batches, asked, control, {}}, v);
    };
    std::thread other(runAs, 1);
    runAs(0);
    other.join();
    QCOMPARE(m_runs.load(), int(asked.size() * kSteps));
    for (int rank : {0, 1}) {
      QVERIFY(areRight(taken[rank], asked));
      QCOMPARE(order[rank], asked);
    }
  }

  void stopEndsIt() {
    const Weights w(m_tensors);
    std::stop_source source;
    const JobControl control{{}, source.get_token()};
    const std::vector<size_t> asked{0, 1, 2};
    std::map<size_t, at::Tensor> taken;
    auto v = visitor(taken);
    v.take = [&](size_t, const at::Tensor&) { source.request_stop(); };
    QVERIFY_EXCEPTION_THROWN(
        visitBatches<at::Tensor>({*m_model, w, m_batches, asked, control, "Stepping"}, v), Cancelled);
  }

  void nobodyGoesBack() {
    const Weights w(m_tensors);
    const JobControl control;
    const std::vector<size_t> asked{0};
    const BatchTraversal traversal{*m_model, w, m_batches, asked, control, {}};
    BatchPath path(traversal, 0);
    path.before(kMiddle);
    QVERIFY_EXCEPTION_THROWN(path.before(kMiddle - 1), Error);
  }
};

QTEST_MAIN(BatchTraversalTest)
#include "batch_traversal_test.moc"
