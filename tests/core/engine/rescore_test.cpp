// Scores that belong to a target: the loss that pruning to it costs, and scores made anew on the way to it.
#include <c10/core/GradMode.h>

#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <cmath>

#include "core/allocate/planner.h"
#include "core/base/parallel.h"
#include "core/document/study.h"
#include "core/engine/engine.h"
#include "core/engine/open_model.h"
#include "core/engine/score_draws.h"
#include "core/engine/usable_pairs.h"
#include "core/samples/sample_folder.h"
#include "core/sweep/run.h"
#include "tests/support/errors.h"

using namespace espalier;
using test::errorOf;

namespace fs = std::filesystem;

namespace {

bool sameScores(const Scores& a, const Scores& b) {
  if (a.matrices.size() != b.matrices.size()) return false;
  for (size_t i = 0; i < a.matrices.size(); ++i)
    if (a.matrices[i].matrix != b.matrices[i].matrix || a.matrices[i].score != b.matrices[i].score)
      return false;
  return true;
}

Plan planFor(const Scores& scores, double target) {
  PlanRequest request;
  request.target = target;
  return makePlan(scores, request);
}

}  // namespace

class RescoreTest : public QObject {
  Q_OBJECT
  ModelPtr m_model;
  Dataset m_data;
  ScoreOptions m_options;

 private Q_SLOTS:
  void initTestCase() {
    m_model = openModel(sampleFolder() / "model");
    m_data = openDataset(sampleFolder() / "calibration");
    m_data.samples.resize(8);
  }
  void init() {
    m_options = {};
    m_options.method = "exact-gradient";
    m_options.samples = 8;
    m_options.batchSize = 4;
    m_options.stableTarget = 0.7;
  }

  // The loss of each batch with one matrix pruned by Wanda in the dense model, less that of the dense model.
  void measuredLossIsTheRiseOfPruningOneMatrix() {
    c10::NoGradGuard noGrad;
    m_options.method = "pruned-loss";
    const auto scores = scoreModel(*m_model, m_data, m_options, {});
    QVERIFY(scoresAtTarget(m_options));
    QVERIFY(planFor(scores, 0.7).achievedSparsity() > 0.699);
    std::vector<Dataset::Problem> problems;
    const auto drawn = drawDecodableFor(*m_model, m_data, 8, 0, {}, problems);
    const auto batches = makeBatches(*m_model->processor, drawn, 4, {});
    PruneOptions prune;
    prune.samples = 8, prune.batchSize = 4, prune.inputs = "dense";
    int rising = 0;
    for (size_t i = 0; i < scores.matrices.size(); i += 7) {
      const auto& score = scores.matrices[i];
      Plan one;
      one.target = one.cap = 0.7;
      one.granularity = Granularity::Layer;
      PlanGroup group;
      group.name = score.matrix;
      group.component = score.component;
      group.parameters = score.parameters;
      group.matrices = {score.matrix};
      group.sparsity = 0.7;
      one.groups = {group};
      const auto pruned = pruneModel(*m_model, one, m_data, prune, {}).model;
      double want = 0;
      for (const auto& batch : batches) {
        const auto lossWith = [&](const Weights& weights) {
          return lossOfForks(runModel(*m_model->model, Pass{weights}, batch))[0].item<double>();
        };
        want += std::max(0.0, lossWith(pruned->weights) - lossWith(m_model->weights));
      }
      QVERIFY2(std::abs(score.score - want) < 1e-4 + 1e-3 * want, score.matrix.c_str());
      rising += want > 1e-3;
    }
    QVERIFY(rising > 0);
    setThreadCount(1);
    const auto alone = scoreModel(*m_model, m_data, m_options, {});
    setThreadCount(0);
    QVERIFY(sameScores(scores, alone));
  }

  // Two parts: the scores are those of the model pruned to the plan of the dense model's scores.
  void rescoredAreThoseOfThePrunedModel() {
    const auto first = scoreModel(*m_model, m_data, m_options, {});
    PruneOptions prune;
    prune.samples = 8, prune.batchSize = 4;
    const auto half = pruneModel(*m_model, planFor(first, 1 - std::sqrt(0.3)), m_data, prune, {}).model;
    const auto want = scoreModel(*half, m_data, m_options, {});
    m_options.rescore = 2;
    m_options.statistics = true;
    const auto got = scoreModel(*m_model, m_data, m_options, {});
    QVERIFY(sameScores(got, want));
    QVERIFY(!sameScores(got, first));
    QCOMPARE(got.extra.at("rescore").at("parts").get<int>(), 2);
    // What other allocators share by is of the dense model.
    m_options.rescore = 1;
    const auto dense = scoreModel(*m_model, m_data, m_options, {});
    for (size_t i = 0; i < got.matrices.size(); ++i)
      QVERIFY(!got.matrices[i].statistics.empty() &&
              got.matrices[i].statistics == dense.matrices[i].statistics);
  }

  // A job that was stopped in its second part goes on there, and leaves nothing but its own journal behind.
  void goesOnInThePartItWasStoppedIn() {
    m_options.rescore = 3;
    const auto whole = scoreModel(*m_model, m_data, m_options, {});
    QTemporaryDir folder;
    m_options.journal.path = fs::path(folder.path().toStdString()) / "scores.json.journal";
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    control.onProgress = [&](const Progress& p) {
      if (double(p.done) > 0.5 * double(p.total)) stop.request_stop();
    };
    bool cancelled = false;
    try {
      scoreModel(*m_model, m_data, m_options, control);
    } catch (const Cancelled&) {
      cancelled = true;
    }
    QVERIFY(cancelled);
    const auto part = [&](int n) { return m_options.journal.path.string() + ".part" + std::to_string(n); };
    QVERIFY(fs::exists(part(1)) && fs::exists(part(2)) && !fs::exists(m_options.journal.path));
    int64_t again = 0;
    JobControl counted;
    counted.onProgress = [&](const Progress&) { ++again; };
    QVERIFY(sameScores(scoreModel(*m_model, m_data, m_options, counted), whole));
    QVERIFY(!fs::exists(part(1)) && !fs::exists(part(2)) && fs::exists(m_options.journal.path));
  }

  void whatCannotBe() {
    m_options.rescore = 0;
    QVERIFY(errorOf([&] { scoreModel(*m_model, m_data, m_options, {}); }).contains("--rescore"));
    m_options.rescore = 2;
    for (const double target : {0.0, 1.0}) {
      m_options.stableTarget = target;
      QVERIFY(errorOf([&] { scoreModel(*m_model, m_data, m_options, {}); }).contains("above 0 and below 1"));
    }
    m_options.rescore = 1;
    m_options.method = "pruned-loss";
    QVERIFY(errorOf([&] { scoreModel(*m_model, m_data, m_options, {}); }).contains("above 0 and below 1"));
  }

  // A study scores anew for each sparsity where scores belong to one.
  void studyScoresForEachSparsity() {
    m_options.samples = 4;
    StudyOptions study;
    study.methods = {"pruned-loss + magnitude"};
    study.sparsities = {0.5, 0.8};
    study.seeds = {0};
    study.score = m_options;
    study.prune.samples = 8;
    auto few = openDataset(sampleFolder() / "pairs");
    few.samples.resize(4);
    const auto points = runStudy(m_model, m_data, few, study, {}, {});
    QCOMPARE(points.size(), size_t(2));
    PruneOptions prune;
    prune.criterion = "magnitude";
    for (const auto& point : points) {
      m_options.method = "pruned-loss";
      m_options.stableTarget = point.sparsity;
      const auto plan = planFor(scoreModel(*m_model, m_data, m_options, {}), point.sparsity);
      const auto pruned = pruneModel(*m_model, plan, m_data, prune, {}).model;
      double want = 0, got = 0;
      for (const auto& pair : evaluateModel(*pruned, few, {}).pairs) want += pair.loss;
      for (const auto& kind : point.kinds) got += kind.loss * double(kind.total);
      QVERIFY(std::abs(got - want) < 1e-6 * want);
    }
  }
};

QTEST_APPLESS_MAIN(RescoreTest)
#include "rescore_test.moc"
