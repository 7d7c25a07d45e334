// States that are kept from run to run are those of a whole run, and blocks whose weights stayed do not run
// again.
#include "core/sweep/prefix_states.h"

#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <atomic>
#include <limits>

#include "core/sweep/run.h"
#include "tests/support/step_block.h"

using namespace espalier;

namespace {

constexpr size_t kBlocks = 4;
constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

}  // namespace

class PrefixStatesTest : public QObject {
  Q_OBJECT
  std::atomic<int> m_runs = 0;
  std::shared_ptr<Model> m_model;
  std::vector<std::shared_ptr<const Batch>> m_batches;
  std::map<std::string, at::Tensor> m_tensors;

  Weights weights() const { return Weights(m_tensors); }
  Weights changedAt(size_t block) const {
    auto tensors = m_tensors;
    const auto name = m_model->blocks()[block]->name() + ".w";
    tensors[name] = tensors[name] * 2;
    return Weights(tensors);
  }
  at::Tensor whole(const Weights& w, size_t batch, size_t block) const {
    auto state = begin(m_batches[batch], w);
    runBlocks(*m_model, Pass{w}, state, 0, block);
    return state.hidden;
  }
  bool areRight(const States& states, const Weights& w, size_t block) const {
    for (size_t b = 0; b < states.size(); ++b)
      if (!at::equal(states[b].hidden, whole(w, b, block))) return false;
    return states.size() == m_batches.size();
  }

 private Q_SLOTS:
  void initTestCase() {
    m_model = std::make_shared<Model>("steps", ModelTask::Continue, nlohmann::json::object());
    at::manual_seed(1);
    for (size_t i = 0; i < kBlocks; ++i) {
      const auto name = "step" + std::to_string(i);
      m_model->add(std::make_unique<StepBlock>(name, m_runs));
      m_tensors[name + ".w"] = at::randn({3, 3});
    }
    for (int i = 0; i < 3; ++i) {
      auto batch = std::make_shared<Batch>();
      batch->tensors["pixel_values"] = at::randn({2, 3});
      m_batches.push_back(batch);
    }
  }

  void allTogetherAreThoseOfWholeRuns_data() {
    QTest::addColumn<qint64>("memory");
    QTest::newRow("everything fits") << qint64(kUnlimited);
    QTest::newRow("nothing fits") << qint64(1);
  }
  void allTogetherAreThoseOfWholeRuns() {
    QFETCH(qint64, memory);
    PrefixStates states(memory);
    states.setBatches(m_batches);
    const auto w = weights();
    for (const size_t block : {1, 3, 4, 2})
      QVERIFY(areRight(states.allBefore(*m_model, w, block, {}), w, block));
    QCOMPARE(states.fits(), memory == kUnlimited);
    QCOMPARE(states.keeps(1), memory == kUnlimited);
  }

  void onlyBlocksBehindTheChangeRunAgain() {
    PrefixStates states(kUnlimited);
    states.setBatches(m_batches);
    states.allBefore(*m_model, weights(), kBlocks, {});
    for (size_t changed = 0; changed < kBlocks; ++changed) {
      states.forgetBehind(changed);
      const auto w = changedAt(changed);
      m_runs = 0;
      const auto& last = states.allBefore(*m_model, w, kBlocks, {});
      QCOMPARE(m_runs.load(), int(m_batches.size() * (kBlocks - changed)));
      QVERIFY(areRight(last, w, kBlocks));
      states.forgetBehind(changed);
      states.allBefore(*m_model, weights(), kBlocks, {});
    }
  }

  void comparesWeightsByItself_data() {
    QTest::addColumn<int>("changed");
    for (int i = 0; i < int(kBlocks); ++i) QTest::addRow("block %d", i) << i;
  }
  void comparesWeightsByItself() {
    QFETCH(int, changed);
    PrefixStates states(kUnlimited);
    states.setBatches(m_batches);
    const auto run = [&](const Weights& w) {
      states.begin(*m_model, w);
      for (size_t b = 0; b < m_batches.size(); ++b)
        QVERIFY(at::equal(states.before(*m_model, Pass{w}, b, kBlocks).hidden, whole(w, b, kBlocks)));
    };
    auto first = weights(), second = weights();
    for (size_t i = 0; i < kBlocks; ++i) {
      const auto name = m_model->blocks()[i]->name() + ".w";
      first.set(name, m_tensors.at(name));
      second.set(name, int(i) == changed ? m_tensors.at(name) * 2 : m_tensors.at(name));
    }
    run(first);
    run(second);
    QCOMPARE(states.reused(), size_t(changed));
    // The other way of asking finds the states that this one kept.
    m_runs = 0;
    QVERIFY(states.keeps(kBlocks));
    QVERIFY(areRight(states.allBefore(*m_model, second, kBlocks, {}), second, kBlocks));
  }

  void aStoppedPassLeavesWhatItMade() {
    PrefixStates states(kUnlimited);
    states.setBatches(m_batches);
    const auto w = weights();
    states.allBefore(*m_model, w, 2, {});
    std::stop_source stop;
    stop.request_stop();
    JobControl stopped;
    stopped.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(states.allBefore(*m_model, w, kBlocks, stopped), Cancelled);
    QVERIFY(states.keeps(2));
    QVERIFY(areRight(states.allBefore(*m_model, w, kBlocks, {}), w, kBlocks));
  }
};

QTEST_APPLESS_MAIN(PrefixStatesTest)
#include "prefix_states_test.moc"
