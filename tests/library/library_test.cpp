// The library gives what the engine gives, by its own values.
#include <QtTest/QtTest>
#include <atomic>
#include <cmath>
#include <set>
#include <thread>

#include "core/allocate/planner.h"
#include "core/base/execution.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/bench/synthetic.h"
#include "core/document/recipe.h"
#include "core/engine/engine.h"
#include "espalier/espalier.h"

namespace fs = std::filesystem;
namespace es = espalier::api;

class LibraryTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;

  fs::path out(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }
  fs::path model() const { return out("t5") / "model"; }
  fs::path data() const { return out("t5") / "data"; }

 private Q_SLOTS:
  void initTestCase() {
    auto shape = espalier::benchShapeNamed("t5-512");
    shape.config["d_model"] = 32, shape.config["d_ff"] = 48, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 2;
    shape.config["vocab_size"] = 300;
    espalier::writeSyntheticModel(shape, out("t5"), {});
  }

  void theWholeJobEqualsTheEngines() {
    const auto model = es::Model::open(this->model(), {.workers = 2});
    QCOMPARE(model.info().family, std::string("t5"));
    QVERIFY(model.info().prunableParameters > 0 && !model.info().blocks.empty());
    const auto pairs = model.data(data());
    QVERIFY(pairs.size() > 4);
    std::set<std::string> stages;
    es::Control control;
    control.onProgress = [&](const es::Progress& p) { stages.insert(p.stage); };
    const auto scores = model.score(
        pairs, {.method = es::ScoreMethod::ZerothOrder, .samples = 4, .batchSize = 2, .statistics = true},
        control);
    const auto plan =
        es::makePlan(scores, {.target = 0.4, .allocator = es::Allocator::Owl, .parameter = 0.1});
    QVERIFY(std::abs(es::sparsityOf(plan) - 0.4) < 1e-3);
    const auto pruned = model.prune(
        plan, pairs, {.criterion = es::Criterion::SparseGpt, .pattern = {}, .samples = 4, .batchSize = 2},
        control);
    const auto after = pruned.model.evaluate(pairs, {}, control);
    const auto written = pruned.model.write(out("pruned"), {}, control);
    QVERIFY(stages.size() >= 4);

    using namespace espalier;
    const auto engine = openModel(this->model());
    const auto set = openDatasetFor(*engine, data());
    ScoreOptions score;
    score.method = "zeroth-order";
    score.samples = 4, score.batchSize = 2, score.statistics = true;
    const auto engineScores = scoreModel(*engine, set, score, {});
    QCOMPARE(scores.matrices.size(), engineScores.matrices.size());
    for (size_t i = 0; i < scores.matrices.size(); ++i) {
      QVERIFY(scores.matrices[i].score == engineScores.matrices[i].score);
      QVERIFY(scores.matrices[i].statistics.at(es::Allocator::Owl) ==
              engineScores.matrices[i].statistics.at("outliers"));
    }
    PlanRequest request;
    request.target = 0.4, request.allocator = "owl", request.options["lambda"] = 0.1;
    const auto enginePlan = espalier::makePlan(engineScores, request);
    for (size_t i = 0; i < plan.groups.size(); ++i)
      QVERIFY(plan.groups[i].sparsity == enginePlan.groups[i].sparsity);
    PruneOptions prune;
    prune.criterion = "sparsegpt", prune.samples = 4, prune.batchSize = 2;
    const auto enginePruned = pruneModel(*engine, enginePlan, set, prune, {});
    QCOMPARE(pruned.sparsity, enginePruned.sparsity);
    const auto engineAfter = evaluateModel(*enginePruned.model, set, {});
    QCOMPARE(after.total, int64_t(engineAfter.pairs.size()));
    QCOMPARE(after.loss, engineAfter.overall().loss);
    for (size_t i = 0; i < after.pairs.size(); ++i)
      QCOMPARE(after.pairs[i].answer, engineAfter.pairs[i].answer);

    // The export tells what was done, and opens with what was written.
    QVERIFY(std::abs(written.sparsity - pruned.sparsity) < 1e-12);
    const auto recipe = readRecipe(out("pruned") / "espalier-recipe.json");
    QCOMPARE(recipe.prune.criterion, std::string("sparsegpt"));
    QCOMPARE(recipe.plan.size(), plan.groups.size());
    const auto again = es::Model::open(out("pruned"));
    QVERIFY(again.info().sparsity && std::abs(*again.info().sparsity - written.sparsity) < 1e-12);
    QCOMPARE(again.evaluate(pairs).loss, after.loss);
  }

  void plansAndScoresSurviveTheirFiles() {
    const auto model = es::Model::open(this->model());
    auto scores =
        model.score(model.data(data()), {.method = es::ScoreMethod::Magnitude, .statistics = false});
    scores.matrices[0].standardError.reset();
    scores.matrices[0].statistics[es::Allocator::Dlp] = 0.25;
    es::writeScores(out("scores.json"), scores);
    const auto read = es::readScores(out("scores.json"));
    QVERIFY(read.method == es::ScoreMethod::Magnitude);
    QVERIFY(!read.matrices[0].standardError && read.matrices[1].standardError);
    QCOMPARE(read.matrices[0].statistics.at(es::Allocator::Dlp), 0.25);

    es::PlanOptions options{.target = 0.3, .granularity = es::Granularity::Matrix};
    options.pins[scores.matrices[1].matrix] = 0.125;
    auto plan = es::makePlan(scores, options);
    es::writePlan(out("plan.json"), plan);
    const auto again = es::readPlan(out("plan.json"));
    QVERIFY(again.granularity == es::Granularity::Matrix && again.allocator == es::Allocator::Ecoflap);
    QVERIFY(again.groups[1].pinned && again.groups[1].sparsity == 0.125);
    for (size_t i = 0; i < plan.groups.size(); ++i)
      QVERIFY(again.groups[i].sparsity == plan.groups[i].sparsity);

    // A group that is set is pinned, and others give way.
    const auto bent = es::withSparsities(plan, {{plan.groups[2].name, 0.05}});
    QVERIFY(bent.groups[2].pinned && bent.groups[2].sparsity == 0.05);
    QVERIFY(std::abs(es::sparsityOf(bent) - es::sparsityOf(plan)) < 1e-3);
    QVERIFY(bent.groups[3].sparsity > plan.groups[3].sparsity);
    const auto magnitude = model.globalMagnitudePlan(0.25);
    const auto engine = espalier::globalMagnitudePlan(*espalier::openModel(this->model()), 0.25);
    QCOMPARE(magnitude.groups.size(), engine.groups.size());
    for (size_t i = 0; i < magnitude.groups.size(); ++i)
      QVERIFY(magnitude.groups[i].sparsity == engine.groups[i].sparsity);

    plan.groups[0].sparsity = 2;
    QVERIFY_EXCEPTION_THROWN(es::writePlan(out("bad.json"), plan), es::Error);
    QVERIFY(!fs::exists(out("bad.json")));
  }

  // A job that was stopped goes on from what it kept.
  void stopAndGoOn() {
    const auto model = es::Model::open(this->model());
    const auto pairs = model.data(data());
    es::ScoreOptions options{.method = es::ScoreMethod::ExactGradient, .samples = 8, .batchSize = 2};
    const auto whole = model.score(pairs, options);
    options.keep.path = out("scores.journal");
    std::stop_source stop;
    es::Control control{[&](const es::Progress& p) {
                          if (p.done > p.total / 2) stop.request_stop();
                        },
                        stop.get_token()};
    QVERIFY_EXCEPTION_THROWN(model.score(pairs, options, control), es::Cancelled);
    QVERIFY(fs::exists(options.keep.path));
    const auto resumed = model.score(pairs, options);
    for (size_t i = 0; i < whole.matrices.size(); ++i)
      QVERIFY(resumed.matrices[i].score == whole.matrices[i].score);
    es::removeKept(options.keep);
    QVERIFY(!fs::exists(options.keep.path));
  }

  void errorsHaveTheirKind() {
    const auto kindOf = [](const auto& call) {
      try {
        call();
      } catch (const es::Error& e) {
        return std::pair(int(e.kind()), std::string(e.what()));
      }
      return std::pair(-1, std::string());
    };
    const auto missing = kindOf([&] { es::Model::open(out("nowhere")); });
    QVERIFY(missing.first >= 0 && missing.second.find("nowhere") != std::string::npos);
    const auto model = es::Model::open(this->model());
    const auto pairs = model.data(data());
    const auto pattern = kindOf([&] { model.prune({}, pairs, {.pattern = {5, 4}}); });
    QCOMPARE(pattern.first, int(es::ErrorKind::InvalidInput));
    QVERIFY2(pattern.second.find("5:4") != std::string::npos, pattern.second.c_str());
    // Refinements reach the engine: DSnoT cannot follow what changes the weights that stay.
    const auto refined = kindOf([&] {
      model.prune({}, pairs, {.criterion = es::Criterion::SparseGpt, .refinements = {es::Refinement::Dsnot}});
    });
    QCOMPARE(refined.first, int(es::ErrorKind::InvalidInput));
    const auto parameter = kindOf([&] {
      es::makePlan(model.score(pairs, {.method = es::ScoreMethod::Magnitude}), {.parameter = 0.5});
    });
    QCOMPARE(parameter.first, int(es::ErrorKind::InvalidInput));
    const auto workers = kindOf([&] { es::Model::open(this->model(), {.workers = -1}); });
    QVERIFY2(workers.second.find("-1 workers") != std::string::npos, workers.second.c_str());
  }

  // Two jobs side by side have their own workers and memory, their tasks too, and the process's settings stay
  // as they are.
  void executionsAreValues() {
    using namespace espalier;
    const int threads = threadCount();
    const int64_t limit = memoryLimit();
    const auto seen = [](int workers, int64_t memory) {
      Execution execution{workers, memory};
      const ExecutionHere here(execution);
      std::atomic<bool> right = threadCount() == workers && memoryLimit() == memory;
      std::atomic<int> inside = 0, most = 0;
      parallelFor(64, [&](int64_t) {
        if (threadCount() != workers || memoryLimit() != memory) right = false;
        const int now = ++inside;
        for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        --inside;
      });
      return right && most <= workers;
    };
    bool other = false;
    std::thread beside([&] {
      other = true;
      for (int i = 0; i < 20; ++i) other = other && seen(1, 1 << 30);
    });
    bool mine = true;
    for (int i = 0; i < 20; ++i) mine = mine && seen(3, 2 << 20);
    beside.join();
    QVERIFY(mine && other);
    QCOMPARE(threadCount(), threads);
    QCOMPARE(memoryLimit(), limit);

    // A ceiling of one model is none of another's, and changes no number.
    const auto wide = es::Model::open(this->model()),
               narrow = es::Model::open(this->model(), {.memory = 64 << 20});
    QCOMPARE(wide.execution().memory, int64_t(0));
    QCOMPARE(narrow.execution().memory, int64_t(64 << 20));
    const auto pairs = wide.data(data());
    const auto a = wide.score(pairs, {.method = es::ScoreMethod::ZerothOrder, .samples = 4}),
               b = narrow.score(pairs, {.method = es::ScoreMethod::ZerothOrder, .samples = 4});
    for (size_t i = 0; i < a.matrices.size(); ++i) QVERIFY(a.matrices[i].score == b.matrices[i].score);
    QCOMPARE(memoryLimit(), limit);
  }
};

QTEST_APPLESS_MAIN(LibraryTest)
#include "library_test.moc"
