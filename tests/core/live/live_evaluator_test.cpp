// Asking variants of a model again and again says what asking each once says.
#include "core/live/live_evaluator.h"

#include <ATen/ATen.h>

#include <c10/core/GradMode.h>
#include <QtTest/QtTest>
#include <algorithm>
#include <numeric>

#include "core/base/parallel.h"
#include "core/engine/open_model.h"
#include "core/evaluate/evaluator.h"
#include "core/live/live_pruner.h"
#include "core/samples/sample_folder.h"
#include "core/sweep/run.h"
#include "tests/support/fixtures.h"
#include "tests/support/letter_model.h"
#include "tests/support/test_plans.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

void compare(const Evaluation& a, const Evaluation& b) {
  QCOMPARE(a.pairs.size(), b.pairs.size());
  QCOMPARE(a.task, b.task);
  QVERIFY(a.metrics == b.metrics);
  for (size_t i = 0; i < a.pairs.size(); ++i) {
    QCOMPARE(a.pairs[i].answer, b.pairs[i].answer);
    QCOMPARE(a.pairs[i].right, b.pairs[i].right);
    QCOMPARE(a.pairs[i].loss, b.pairs[i].loss);
    QCOMPARE(a.pairs[i].score, b.pairs[i].score);
  }
}

}  // namespace

class LiveEvaluatorTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  ModelPtr m_model;
  Dataset m_calibration, m_pairs;
  PruneOptions m_options;

  ModelPtr fixture(const std::string& name) const {
    return openLetterModel(m_dir.path().toStdString(), name);
  }

 private Q_SLOTS:
  void initTestCase() {
    m_model = openModel(sampleFolder() / "model");
    m_calibration = openDataset(sampleFolder() / "calibration");
    m_pairs = openDataset(sampleFolder() / "pairs");
    m_options.samples = 8;
    m_options.batchSize = 4;
  }

  // Plans that differ everywhere, in the middle, at the end, nowhere; and the dense model in between.
  void saysWhatAskingOnceSays() {
    LivePruner pruner(m_model, m_calibration, m_options);
    LiveEvaluator live(m_pairs);
    const auto check = [&](const OpenModel& model) {
      compare(live.run(model, {}), evaluateModel(model, m_pairs, {}));
    };
    check(*m_model);
    QCOMPARE(live.lastReuse().reused, size_t(0));
    Plan plan = planOf(*m_model, 0.6);
    check(*pruner.run(plan, {}).model);
    const auto everything = live.lastReuse();
    QVERIFY(everything.reused < everything.total / 2);
    plan.groups[plan.groups.size() / 2].sparsity = 0.3;
    check(*pruner.run(plan, {}).model);
    QVERIFY(live.lastReuse().reused > everything.reused);
    plan.groups.back().sparsity = 0.9;
    const auto last = pruner.run(plan, {});
    check(*last.model);
    QVERIFY(live.lastReuse().reused > live.lastReuse().total * 3 / 4);
    check(*last.model);
    QCOMPARE(live.lastReuse().reused, live.lastReuse().total);
    check(*m_model);
    check(*last.model);
  }

  // Which pairs are told first changes nothing but that.
  void whatIsWaitedForComesFirst() {
    LiveEvaluator live(m_pairs);
    setThreadCount(1);
    std::vector<int64_t> told;
    const auto last = int64_t(m_pairs.samples.size()) - 1;
    const auto ordered =
        live.run(*m_model, {}, [&](const PairResult& p) { told.push_back(p.sample); }, {last, last / 2});
    setThreadCount(0);
    QCOMPARE(told.size(), m_pairs.samples.size());
    const auto place = [&](int64_t pair) { return std::find(told.begin(), told.end(), pair) - told.begin(); };
    // In the two batches that are asked first, of four.
    const auto early = int64_t(told.size() / 2);
    QVERIFY(place(last) < early && place(last / 2) < early);
    const auto plain = evaluateModel(*m_model, m_pairs, {});
    for (size_t i = 0; i < plain.pairs.size(); ++i) {
      QCOMPARE(ordered.pairs[i].answer, plain.pairs[i].answer);
      QCOMPARE(ordered.pairs[i].loss, plain.pairs[i].loss);
    }
  }

  // Of answers that the loss's own pass shows, or passes along those of the run before and what they guess,
  // none is generated: they are what generation gives.
  void answersShownAreThoseGenerated_data() {
    QTest::addColumn<bool>("keeps");
    QTest::newRow("by the labels") << false;
    QTest::newRow("by the run before") << true;
  }
  void answersShownAreThoseGenerated() {
    QFETCH(bool, keeps);
    c10::NoGradGuard noGrad;
    PruneOptions magnitude = m_options;
    magnitude.criterion = "magnitude";
    KeptRun kept{PrefixStates(int64_t(1) << 30)};
    std::vector<std::vector<RowResult>> before;
    size_t changed = 0;
    for (const double target : {0.0, 0.5, 0.52, 0.7, 0.71, 0.9, 0.6}) {
      const auto model = pruneModel(*m_model, planOf(*m_model, target), m_calibration, magnitude, {}).model;
      const auto batches =
          kept.states.has() ? kept.states.batches() : makeBatches(*m_model->processor, m_pairs, 16, {});
      if (!kept.states.has()) kept.states.setBatches(batches);
      std::vector<std::vector<RowResult>> said(batches.size());
      std::vector<size_t> all(batches.size());
      std::iota(all.begin(), all.end(), size_t(0));
      evaluateBatches(
          *model->model, model->weights, batches, all, 48, {},
          [&](size_t b, const std::vector<RowResult>& rows) { said[b] = rows; }, {}, keeps ? &kept : nullptr);
      for (size_t b = 0; b < before.size(); ++b)
        for (size_t r = 0; r < before[b].size(); ++r)
          changed += before[b][r].generated != said[b][r].generated;
      before = said;
      size_t right = 0;
      for (size_t b = 0; b < batches.size(); ++b) {
        State state;
        state.inputs = batches[b];
        const Pass pass{model->weights};
        runBlocks(*model->model, pass, state, 0, model->model->decoderStart());
        const auto text = generateGreedy(*model->model, pass, state, 48);
        for (int64_t r = 0; r < int64_t(said[b].size()); ++r) {
          std::vector<int64_t> expected;
          for (int64_t t = text.begin; t < text.sequences.size(1); ++t) {
            const auto token = text.sequences[r][t].item<int64_t>();
            if (token == model->model->generation()->endTokens[0]) break;
            expected.push_back(token);
          }
          QCOMPARE(said[b][size_t(r)].generated, expected);
          right += expected.size() > 1;
        }
      }
      QVERIFY(right > 0);
    }
    QVERIFY(changed > 20);
  }

  void otherTasks_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"clip", "blip-itm", "llama", "blip-vqa", "blip-caption"})
      QTest::newRow(name) << QString(name);
  }
  void otherTasks() {
    QFETCH(QString, name);
    const auto model = fixture(name.toStdString());
    Dataset data;
    data.path = "pairs";
    data.kind = name == "llama"          ? DataKind::Text
                : name == "blip-caption" ? DataKind::Captions
                                         : DataKind::Pairs;
    for (size_t i = 0; i < 6; ++i) {
      Sample s;
      if (data.kind != DataKind::Text) s.image = m_pairs.samples[i / 2].image;
      if (data.kind == DataKind::Pairs && name == "blip-vqa") s.question = "a b";
      s.answer = i % 2 ? "ab c" : "d ef a";
      data.samples.push_back(s);
    }
    PruneOptions options;
    options.criterion = "magnitude";
    LivePruner pruner(model, {}, options);
    LiveEvaluator live(data);
    Plan plan = planOf(*model, 0.5);
    for (const double sparsity : {0.5, 0.9}) {
      plan.groups.back().sparsity = sparsity;
      const auto pruned = pruner.run(plan, {}).model;
      compare(live.run(*pruned, {}), evaluateModel(*pruned, data, {}));
    }
    QVERIFY(live.lastReuse().reused > 0);
  }

  void aCancelledRunSpoilsNothing() {
    LivePruner pruner(m_model, m_calibration, m_options);
    LiveEvaluator live(m_pairs);
    Plan plan = planOf(*m_model, 0.5);
    const auto first = pruner.run(plan, {}).model;
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    QVERIFY_THROWS_EXCEPTION(Cancelled,
                             live.run(*first, control, [&](const PairResult&) { stop.request_stop(); }));
    plan.groups[plan.groups.size() - 3].sparsity = 0.2;
    const auto second = pruner.run(plan, {}).model;
    compare(live.run(*second, {}), evaluateModel(*second, m_pairs, {}));
  }

  void keepsNothingWithoutMemory() {
    LiveEvaluator live(m_pairs, {}, 1);
    const auto once = live.run(*m_model, {});
    compare(live.run(*m_model, {}), once);
  }
};

QTEST_APPLESS_MAIN(LiveEvaluatorTest)
#include "live_evaluator_test.moc"
