// Every stage beyond scoring and pruning once, on every model of today: live pruning and answers, pruning
// that is stopped and goes on, little memory, N:M patterns, probes.
#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/allocate/allocator.h"
#include "core/allocate/planner.h"
#include "core/base/memory.h"
#include "core/engine/open_model.h"
#include "core/live/live_evaluator.h"
#include "core/live/live_pruner.h"
#include "core/live/matrix_errors.h"
#include "core/live/matrix_view.h"
#include "core/live/plan_probe.h"
#include "core/samples/scene_dataset.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"
#include "tests/support/letter_tokenizer.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

bool sameWeights(const OpenModel& a, const OpenModel& b) {
  for (const auto& block : a.model->blocks())
    for (const auto& m : block->description().matrices)
      if (!a.weights.get(m.name).equal(b.weights.get(m.name))) return false;
  return true;
}

void compare(const Evaluation& a, const Evaluation& b) {
  QCOMPARE(a.pairs.size(), b.pairs.size());
  QVERIFY(a.metrics == b.metrics);
  for (size_t i = 0; i < a.pairs.size(); ++i) {
    QCOMPARE(a.pairs[i].answer, b.pairs[i].answer);
    QCOMPARE(a.pairs[i].loss, b.pairs[i].loss);
  }
}

}  // namespace

class FamiliesLiveTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  Dataset m_data;
  std::map<QString, ModelPtr> m_models;
  PruneOptions m_options{.samples = 6, .batchSize = 3};

  fs::path root() const { return m_dir.path().toStdString(); }

  void eachModel() {
    QTest::addColumn<QString>("name");
    for (const auto& folder : entriesOf(familiesRoot() / "models"))
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.filename().string());
  }

  ModelPtr model(const QString& name) {
    auto& known = m_models[name];
    if (known) return known;
    const auto folder = root() / name.toStdString();
    fs::create_directories(folder);
    for (const auto& file : entriesOf(familiesRoot() / "models" / name.toStdString()))
      if (file.stem() != "io") fs::copy_file(file, folder / file.filename());
    writeLetterTokenizer(folder);
    return known = openModel(folder);
  }

  static bool hasLoss(const OpenModel& m) { return m.model->task() != ModelTask::Embed; }

  Plan plan(const OpenModel& m, double target) const {
    ScoreOptions options;
    options.method = "magnitude";
    PlanRequest request;
    request.target = target;
    return makePlan(scoreModel(m, m_data, options, {}), request);
  }

 private Q_SLOTS:
  void initTestCase() {
    SceneDatasetOptions options;
    options.stream = "families";
    options.pictures = 4;
    options.pairsPerPicture = 2;
    writeSceneDataset(root() / "data", options);
    m_data = openDataset(root() / "data");
    for (auto& s : m_data.samples) s.question = "colour", s.answer = s.answer.substr(0, 5);
  }
  void cleanup() { setMemoryLimit(0); }

  void liveIsWhatOnceIs_data() { eachModel(); }
  void liveIsWhatOnceIs() {
    QFETCH(QString, name);
    const auto dense = model(name);
    LivePruner pruner(dense, m_data, m_options);
    LiveEvaluator live(m_data);
    auto wanted = plan(*dense, 0.5);
    for (const double last : {0.5, 0.8}) {
      wanted.groups.back().sparsity = last;
      const auto pruned = pruner.run(wanted, {}).model;
      QVERIFY(sameWeights(*pruned, *pruneModel(*dense, wanted, m_data, m_options, {}).model));
      if (hasLoss(*dense)) compare(live.run(*pruned, {}), evaluateModel(*pruned, m_data, {}));
    }
    QVERIFY(pruner.lastReuse().reused > 0);
    if (hasLoss(*dense)) QVERIFY(live.lastReuse().reused > 0);
  }

  void pruningGoesOnWhereItWasStopped_data() { eachModel(); }
  void pruningGoesOnWhereItWasStopped() {
    QFETCH(QString, name);
    const auto dense = model(name);
    const auto wanted = plan(*dense, 0.5);
    const auto whole = pruneModel(*dense, wanted, m_data, m_options, {});
    auto options = m_options;
    options.journal.path = root() / (name.toStdString() + "-journal");
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    control.onProgress = [&](const Progress& p) {
      if (p.done >= std::min<int64_t>(3, p.total - 1)) stop.request_stop();  // some have two blocks
    };
    QVERIFY_THROWS_EXCEPTION(Cancelled, pruneModel(*dense, wanted, m_data, options, control));
    const auto resumed = pruneModel(*dense, wanted, m_data, options, {});
    QVERIFY(sameWeights(*resumed.model, *whole.model));
  }

  void littleMemoryChangesNothing_data() { eachModel(); }
  void littleMemoryChangesNothing() {
    QFETCH(QString, name);
    const auto dense = model(name);
    const auto wanted = plan(*dense, 0.5);
    const auto pruned = pruneModel(*dense, wanted, m_data, m_options, {});
    ScoreOptions exact;
    exact.method = "exact-gradient", exact.samples = 4, exact.batchSize = 2;
    Scores scores;
    if (hasLoss(*dense)) scores = scoreModel(*dense, m_data, exact, {});
    const auto before = hasLoss(*dense) ? evaluateModel(*dense, m_data, {}) : Evaluation{};
    setMemoryLimit(int64_t(128) << 10);
    QVERIFY(sameWeights(*pruneModel(*dense, wanted, m_data, m_options, {}).model, *pruned.model));
    if (!hasLoss(*dense)) return;
    const auto again = scoreModel(*dense, m_data, exact, {});
    for (size_t i = 0; i < scores.matrices.size(); ++i)
      QCOMPARE(again.matrices[i].score, scores.matrices[i].score);
    compare(evaluateModel(*dense, m_data, {}), before);
  }

  void patternsAndCriteria_data() { eachModel(); }
  void patternsAndCriteria() {
    QFETCH(QString, name);
    const auto dense = model(name);
    for (const char* criterion : {"wanda", "sparsegpt", "ria"}) {
      auto options = m_options;
      options.criterion = criterion, options.pattern = "2:4";
      const auto budget = plan(*dense, 0.5);
      if (std::any_of(budget.groups.begin(), budget.groups.end(), [&](const auto& group) {
            return std::any_of(group.matrices.begin(), group.matrices.end(),
                               [&](const auto& m) { return dense->weights.onHost(m).size(1) % 4 != 0; });
          })) {
        const auto error = errorOf([&] { pruneModel(*dense, budget, m_data, options, {}); });
        QVERIFY2(error.contains("the pattern 2:4 needs a multiple of 4"), qPrintable(error));
        continue;
      }
      const auto pruned = pruneModel(*dense, budget, m_data, options, {});
      for (const auto& m : pruned.matrices)
        if (const auto w = pruned.model->weights.onHost(m.matrix); w.size(1) % 4 == 0 && m.achieved > 0) {
          const auto kept = (w.reshape({-1, 4}) != 0).sum(1);
          QVERIFY2(kept.max().item<int64_t>() <= 2, (std::string(criterion) + " " + m.matrix).c_str());
        }
    }
  }

  // Scores with every statistic, stopped and gone on; every allocator's plan has the budget; its matrices can
  // be looked at.
  void everyAllocatorPlans_data() { eachModel(); }
  void everyAllocatorPlans() {
    QFETCH(QString, name);
    const auto dense = model(name);
    ScoreOptions options;
    options.method = hasLoss(*dense) ? "exact-gradient" : "magnitude";
    options.samples = 4, options.batchSize = 2, options.statistics = hasLoss(*dense);
    const auto whole = scoreModel(*dense, m_data, options, {});
    options.journal.path = root() / (name.toStdString() + "-scores.journal");
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    control.onProgress = [&](const Progress& p) {
      if (p.done >= std::min<int64_t>(3, p.total - 1)) stop.request_stop();
    };
    try {
      scoreModel(*dense, m_data, options, control);
    } catch (const Cancelled&) {
    }
    const auto scores = scoreModel(*dense, m_data, options, {});
    QCOMPARE(scores.matrices.size(), whole.matrices.size());
    for (size_t i = 0; i < whole.matrices.size(); ++i) {
      QCOMPARE(scores.matrices[i].score, whole.matrices[i].score);
      QVERIFY(scores.matrices[i].statistics == whole.matrices[i].statistics);
    }
    Plan last;
    for (const auto& allocator : allocators()) {
      if (!hasLoss(*dense) && !allocator.key.empty()) continue;
      PlanRequest request;
      request.allocator = allocator.name;
      request.target = 0.4;
      last = makePlan(scores, request);
      if (!allocator.reproduction)
        QVERIFY2(std::abs(last.achievedSparsity() - 0.4) < 0.01, allocator.name.c_str());
    }
    const auto pruned = pruneModel(*dense, plan(*dense, 0.4), m_data, m_options, {}).model;
    const auto matrix = last.groups.back().matrices.back();
    const auto view = viewMatrix(*dense, *pruned, matrix, 8, 10);
    QVERIFY(view.rows > 0 && view.kept > 0 && view.kept < 1 && view.density.size() > 0);
    const auto errors = matrixErrors(*dense, matrix, m_data, {0, 0.5}, m_options, {});
    QVERIFY(!errors.curves.empty());
    for (const auto& curve : errors.curves)
      if (std::isfinite(curve.errors[0])) QVERIFY2(std::abs(curve.errors[0]) < 1e-6, curve.name.c_str());
  }

  void probesMeasurePlans_data() { eachModel(); }
  void probesMeasurePlans() {
    QFETCH(QString, name);
    const auto dense = model(name);
    if (!hasLoss(*dense)) return;
    PlanProbe probe(dense, m_data, m_options,
                    {.calibrationSamples = 4, .lossSamples = 4, .sparsities = {0, 0.5}}, {});
    const double loss = probe.denseLoss({});
    QVERIFY(std::isfinite(loss));
    const auto groups = plan(*dense, 0.5).groups;
    const auto sensitivities = probe.sensitivities({groups.front(), groups.back()}, {});
    QVERIFY(probe.denseLoss({}) == loss);
    QVERIFY(!sensitivities.empty());
  }
};

QTEST_APPLESS_MAIN(FamiliesLiveTest)
#include "families_live_test.moc"
