// Pruning again and again gives what pruning once gives.
#include "core/live/live_pruner.h"

#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/base/memory.h"
#include "core/engine/open_model.h"
#include "core/samples/sample_folder.h"
#include "tests/support/test_plans.h"

using namespace espalier;
using test::planOf;

namespace {

bool sameWeights(const OpenModel& a, const OpenModel& b) {
  for (const auto& block : infoOf(a).blocks)
    for (const auto& m : block.matrices)
      if (!at::equal(a.weights.get(m.name), b.weights.get(m.name))) return false;
  return true;
}

}  // namespace

class LivePrunerTest : public QObject {
  Q_OBJECT
  ModelPtr m_model;
  Dataset m_calibration;
  PruneOptions m_options;

  void bothInputs() {
    QTest::addColumn<QString>("inputs");
    QTest::newRow("pruned") << "pruned";
    QTest::newRow("dense") << "dense";
  }

 private Q_SLOTS:
  void initTestCase() {
    m_model = openModel(sampleFolder() / "model");
    m_calibration = openDataset(sampleFolder() / "calibration");
  }
  void init() { m_options = {.samples = 8, .batchSize = 4}; }

  void equalsPruningOnce_data() {
    QTest::addColumn<QString>("criterion");
    QTest::addColumn<QString>("inputs");
    QTest::addColumn<QString>("pattern");
    for (const char* inputs : {"pruned", "dense"})
      for (const char* name : {"wanda", "magnitude", "sparsegpt", "wanda dsnot"})
        QTest::addRow("%s, %s", name, inputs) << name << inputs << "unstructured";
    QTest::newRow("ria, dense") << "ria"
                                << "dense"
                                << "unstructured";
    QTest::newRow("wanda, dense, 2:4") << "wanda"
                                       << "dense"
                                       << "2:4";
  }
  void equalsPruningOnce() {
    QFETCH(QString, criterion);
    QFETCH(QString, inputs);
    QFETCH(QString, pattern);
    m_options.inputs = inputs.toStdString();
    m_options.pattern = pattern.toStdString();
    m_options.criterion = criterion.section(' ', 0, 0).toStdString();
    m_options.refinement = criterion.section(' ', 1, 1).toStdString();
    LivePruner live(m_model, m_calibration, m_options);
    Plan plan = planOf(*m_model, 0.5);
    const auto once = [&] { return pruneModel(*m_model, plan, m_calibration, m_options, {}); };
    auto result = live.run(plan, {});
    QCOMPARE(live.lastReuse().reused, size_t(0));
    QVERIFY(sameWeights(*result.model, *once().model));
    // A change in the middle: what lies before it is kept.
    const size_t middle = plan.groups.size() / 2;
    plan.groups[middle].sparsity = 0.2;
    result = live.run(plan, {});
    QVERIFY(live.lastReuse().reused >= (pattern == "2:4" ? 0 : middle));
    const auto expected = once();
    QVERIFY(sameWeights(*result.model, *expected.model));
    QCOMPARE(result.sparsity, expected.sparsity);
    QCOMPARE(result.matrices.size(), expected.matrices.size());
    // And back, and the same again.
    plan.groups[middle].sparsity = 0.5;
    plan.groups[1].sparsity = 0.9;
    result = live.run(plan, {});
    QVERIFY(sameWeights(*result.model, *once().model));
    result = live.run(plan, {});
    QCOMPARE(live.lastReuse().reused, live.lastReuse().total);
    QVERIFY(sameWeights(*result.model, *once().model));
    if (LivePruner::previewsExactly(m_options)) {
      plan.groups[0].sparsity = 0.35;
      QVERIFY(sameWeights(*live.preview(plan, {}).model, *once().model));
      QCOMPARE(live.lastReuse().reused, live.lastReuse().total - 1);
      QVERIFY(live.lastReuse().total > 1);
    }
  }

  // A preview of a refit takes a few of its steps: the same weights stay. What it made is not taken for the
  // real thing, nor the real thing made anew for it.
  void previewsOfARefitAreQuick_data() { bothInputs(); }
  void previewsOfARefitAreQuick() {
    QFETCH(QString, inputs);
    m_options.inputs = inputs.toStdString();
    Plan plan = planOf(*m_model, 0.6);
    // One block, whose inputs are those of the dense model in any case.
    plan.groups.erase(plan.groups.begin() + 1, plan.groups.end());
    const auto exactOf = [&](const std::string& refinement) {
      auto options = m_options;
      options.refinement = refinement;
      return pruneModel(*m_model, plan, m_calibration, options, {}).model;
    };
    m_options.refinement = "swaps,refit";
    QVERIFY(!LivePruner::previewsExactly(m_options));
    m_options.refinement = "refit";
    QVERIFY(!LivePruner::previewsExactly(m_options));
    const auto bare = exactOf(""), refitted = exactOf("refit");
    LivePruner live(m_model, m_calibration, m_options);
    const auto preview = live.preview(plan, {}).model;
    QVERIFY(!sameWeights(*preview, *refitted));
    QVERIFY(!sameWeights(*preview, *bare));
    for (const auto& name : plan.groups[0].matrices)
      QVERIFY(((preview->weights.get(name) == 0) == (refitted->weights.get(name) == 0)).all().item<bool>());
    QVERIFY(sameWeights(*live.run(plan, {}).model, *refitted));
    // The exact weights are there: they serve the preview of the same plan.
    if (inputs == "dense") QVERIFY(sameWeights(*live.preview(plan, {}).model, *refitted));
  }

  // A preview is exact up to the first block that differs from the last run, and keeps to the plan behind it.
  void previewsAreExactWhereNothingBeforeThemMoved() {
    LivePruner live(m_model, m_calibration, m_options);
    Plan plan = planOf(*m_model, 0.5);
    const auto once = [&] { return pruneModel(*m_model, plan, m_calibration, m_options, {}); };
    const auto sameUpTo = [&](const OpenModel& a, const OpenModel& b, const std::string& block) {
      for (const auto& is : infoOf(a).blocks) {
        for (const auto& m : is.matrices)
          if (!at::equal(a.weights.get(m.name), b.weights.get(m.name))) return false;
        if (is.name == block) return true;
      }
      return false;
    };
    const auto differs = [&](const OpenModel& a, const OpenModel& b) {
      size_t count = 0;
      for (const auto& [name, sparsity] : plan.sparsities())
        count += !a.weights.overrides().at(name).is_same(b.weights.overrides().at(name));
      return count;
    };
    // Before any run: by the inputs of the dense model, which are those of the first block.
    auto preview = live.preview(plan, {}), exact = once();
    QVERIFY(sameUpTo(*preview.model, *exact.model, plan.groups.front().name));
    QVERIFY(!sameWeights(*preview.model, *exact.model));
    QCOMPARE(preview.sparsity, exact.sparsity);
    QVERIFY(sameWeights(*live.run(plan, {}).model, *exact.model));
    // Nothing moved: what the run gave, tensor for tensor.
    QVERIFY(sameWeights(*live.preview(plan, {}).model, *exact.model));

    const size_t middle = plan.groups.size() / 2;
    plan.groups[middle].sparsity = 0.2;
    preview = live.preview(plan, {}), exact = once();
    QVERIFY(sameUpTo(*preview.model, *exact.model, plan.groups[middle].name));
    QCOMPARE(preview.sparsity, exact.sparsity);
    // Previews in between change nothing for the runs.
    auto run = live.run(plan, {});
    QVERIFY(sameWeights(*run.model, *exact.model));
    QVERIFY(differs(*run.model, *preview.model) > 0);

    plan.groups.back().sparsity = 0.1;
    preview = live.preview(plan, {}), exact = once();
    QVERIFY(sameWeights(*preview.model, *exact.model));
    run = live.run(plan, {});
    QVERIFY(sameWeights(*run.model, *exact.model));
    // The answers to the preview stand.
    QCOMPARE(differs(*run.model, *preview.model), size_t(0));
  }

  // Of a model that does not fit into memory the pruned weights lie in files, as long as the model is there;
  // what a run that was cancelled finished is not pruned again.
  void aLargeModelIsPrunedToFiles_data() { bothInputs(); }
  void aLargeModelIsPrunedToFiles() {
    QFETCH(QString, inputs);
    m_options.inputs = inputs.toStdString();
    QTemporaryDir place;
    qputenv("TMPDIR", place.path().toLocal8Bit());
    const auto folders = [&] {
      return QDir(place.path()).entryList({"espalier-pruned-*"}, QDir::Dirs).size();
    };
    const auto plan = planOf(*m_model, 0.5);
    const auto expected = pruneModel(*m_model, plan, m_calibration, m_options, {});
    setMemoryLimit(int64_t(48) << 20);
    {
      LivePruner live(m_model, m_calibration, m_options);
      std::stop_source stop;
      JobControl control;
      control.stop = stop.get_token();
      control.onProgress = [&](const Progress& p) {
        if (p.stage == "Pruning" && p.done == 5) stop.request_stop();
      };
      QVERIFY_THROWS_EXCEPTION(Cancelled, live.run(plan, control));
      QCOMPARE(folders(), 1);
      const QDir scratch(
          place.filePath(QDir(place.path()).entryList({"espalier-pruned-*"}, QDir::Dirs).at(0)) + "/kept");
      const auto written = scratch.entryInfoList({"block-*"}, QDir::Files);
      QVERIFY(written.size() >= 3);
      auto result = live.run(plan, {});
      QCOMPARE(folders(), 1);
      for (const auto& file : written)
        QCOMPARE(QFileInfo(file.filePath()).lastModified(), file.lastModified());
      QVERIFY(result.model->weights.overrides().empty());
      QVERIFY(sameWeights(*result.model, *expected.model));
      QCOMPARE(result.sparsity, expected.sparsity);
      const auto preview = live.preview(plan, {});
      QCOMPARE(folders(), 2);
      QVERIFY(sameWeights(*preview.model, *expected.model));
      result = {};
      QCOMPARE(folders(), 1);
      // Without one, too.
      const auto once = pruneModel(*m_model, plan, m_calibration, m_options, {});
      QCOMPARE(folders(), 2);
      QVERIFY(once.model->weights.overrides().empty() && sameWeights(*once.model, *expected.model));
    }
    setMemoryLimit(0);
    QCOMPARE(folders(), 0);
    qunsetenv("TMPDIR");
  }

  // How long it takes, for people: no clock is asserted.
  void tellsItsTimes() {
    PruneOptions options;
    LivePruner live(m_model, m_calibration, options);
    const Dataset pairs = openDataset(sampleFolder() / "pairs");
    Plan plan = planOf(*m_model, 0.5);
    const auto cpu = [] { return double(clock()) / CLOCKS_PER_SEC; };
    const auto tell = [&](const char* what, size_t changed, double sparsity) {
      plan.groups[changed].sparsity = sparsity;
      const double start = cpu();
      const auto result = live.run(plan, {});
      const double pruned = cpu();
      evaluateModel(*result.model, pairs, {});
      qInfo("%s: pruned in %.2f s, asked in %.2f s of processor time", what, pruned - start, cpu() - pruned);
    };
    tell("first", 0, 0.5);
    tell("first block changed", 0, 0.4);
    tell("a block in the middle changed", plan.groups.size() / 2, 0.4);
    tell("last block changed", plan.groups.size() - 1, 0.4);
  }

  void fewerGroupsAndMoreAgain_data() { bothInputs(); }
  void fewerGroupsAndMoreAgain() {
    QFETCH(QString, inputs);
    m_options.inputs = inputs.toStdString();
    LivePruner live(m_model, m_calibration, m_options);
    const Plan whole = planOf(*m_model, 0.5);
    Plan part = whole;
    part.groups.resize(4);
    live.run(part, {});
    QVERIFY(sameWeights(*live.run(whole, {}).model,
                        *pruneModel(*m_model, whole, m_calibration, m_options, {}).model));
    QVERIFY(sameWeights(*live.run(part, {}).model,
                        *pruneModel(*m_model, part, m_calibration, m_options, {}).model));
  }

  void aCancelledRunSpoilsNothing_data() { bothInputs(); }
  void aCancelledRunSpoilsNothing() {
    QFETCH(QString, inputs);
    m_options.inputs = inputs.toStdString();
    LivePruner live(m_model, m_calibration, m_options);
    Plan plan = planOf(*m_model, 0.5);
    if (inputs == "pruned") live.run(plan, {});
    for (int stopAfter = 1; stopAfter <= 9; stopAfter += 4) {
      plan.groups[2].sparsity = 0.1 * stopAfter;
      std::stop_source stop;
      JobControl control;
      control.stop = stop.get_token();
      int seen = 0;
      control.onProgress = [&](const Progress&) {
        if (++seen == stopAfter) stop.request_stop();
      };
      try {
        live.run(plan, control);
      } catch (const Cancelled&) {
      }
    }
    plan.groups[0].sparsity = 0.3;
    QVERIFY(sameWeights(*live.run(plan, {}).model,
                        *pruneModel(*m_model, plan, m_calibration, m_options, {}).model));
  }

  void keepsNothingWithoutMemory_data() { bothInputs(); }
  void keepsNothingWithoutMemory() {
    QFETCH(QString, inputs);
    m_options.inputs = inputs.toStdString();
    LivePruner live(m_model, m_calibration, m_options, 1);
    Plan plan = planOf(*m_model, 0.5);
    live.run(plan, {});
    plan.groups.back().sparsity = 0.1;
    const auto result = live.run(plan, {});
    if (inputs == "pruned") QCOMPARE(live.lastReuse().reused, size_t(0));
    QVERIFY(sameWeights(*result.model, *pruneModel(*m_model, plan, m_calibration, m_options, {}).model));
  }
};

QTEST_APPLESS_MAIN(LivePrunerTest)
#include "live_pruner_test.moc"
