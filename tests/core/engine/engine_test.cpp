// The whole job on the bundled sample: a really trained model, its own pairs.
#include "core/engine/engine.h"

#include <QtTest/QtTest>
#include <fstream>

#include "core/allocate/planner.h"
#include "core/base/parallel.h"
#include "core/checkpoint/tensor.h"
#include "core/document/recipe.h"
#include "core/engine/open_model.h"
#include "core/samples/sample_folder.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

namespace {

void replaceInConfig(const fs::path& folder, const std::function<void(nlohmann::json&)>& change) {
  auto j = test::readJson(folder / "config.json");
  change(j);
  std::ofstream(folder / "config.json") << j;
}

std::map<std::string, at::Tensor> weightsOf(const fs::path& folder) {
  return readTensors(folder / "model.safetensors");
}

}  // namespace

class EngineTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  ModelPtr m_model;
  Dataset m_calibration, m_pairs;
  Scores m_scores;

  fs::path out(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }
  fs::path copyOfSample(const char* name) const {
    const auto target = out(name);
    fs::create_directory(target);
    for (const auto& e : fs::directory_iterator(sampleFolder() / "model")) {
      fs::copy_file(e.path(), target / e.path().filename());
      fs::permissions(target / e.path().filename(), fs::perms::owner_write, fs::perm_options::add);
    }
    return target;
  }

 private Q_SLOTS:
  void initTestCase() {
    m_model = openModel(sampleFolder() / "model");
    m_calibration = openDataset(sampleFolder() / "calibration");
    m_pairs = openDataset(sampleFolder() / "pairs");
    QVERIFY(m_pairs.problems.empty() && m_calibration.problems.empty());
    ScoreOptions options;
    options.samples = 8;
    options.batchSize = 4;
    m_scores = scoreModel(*m_model, m_calibration, options, {});
  }

  void describesTheModel() {
    const auto& info = infoOf(*m_model);
    QCOMPARE(info.family, std::string("blip-2"));
    QCOMPARE(info.blocks.size(), size_t(15));
    QVERIFY(info.parameters > 5'000'000 && info.parameters < 10'000'000);
    QVERIFY(info.sparsity >= 0 && info.sparsity < 0.01);
  }

  // Calibration and test pairs never overlap.
  void pairsAndCalibrationShareNoPicture() {
    std::set<std::string> seen;
    for (const auto& s : m_calibration.samples)
      seen.insert(QByteArray::fromStdString(s.image.filename().string()).toStdString());
    for (const auto& s : m_pairs.samples) QVERIFY(!seen.contains(s.image.filename().string()));
  }

  void answersMostPairs() {
    const auto e = evaluateModel(*m_model, m_pairs, {});
    const auto all = e.overall();
    QCOMPARE(all.total, int64_t(m_pairs.samples.size()));
    QVERIFY2(all.accuracy() >= 0.8, std::to_string(all.accuracy()).c_str());
    QVERIFY(all.loss < 0.5);
  }

  void scoresEveryMatrixWithAnError() {
    QCOMPARE(m_scores.matrices.size(), size_t(6 * 4 + 3 * 7 + 3 * 11));
    for (const auto& m : m_scores.matrices) QVERIFY2(m.score > 0 && m.standardError > 0, m.matrix.c_str());
  }

  void pruneEvaluateExportReload() {
    PlanRequest request;
    request.target = 0.6;
    const auto plan = makePlan(m_scores, request);
    PruneOptions options;
    options.samples = 32;
    const auto pruned = pruneModel(*m_model, plan, m_calibration, options, {});
    QVERIFY(std::abs(pruned.sparsity - 0.6) < 0.005);
    QVERIFY(std::abs(infoOf(*pruned.model).sparsity - 0.6) < 0.005);
    QVERIFY(infoOf(*m_model).sparsity < 0.01);  // the dense one is as it was

    const auto target = out("pruned");
    const auto result = exportModel(*pruned.model, {{"note", "test"}}, target, {});
    QVERIFY(std::abs(result.sparsity - 0.6) < 0.005);
    for (const char* file : {"config.json", "model.safetensors", "spiece.model", "preprocessor_config.json",
                             "espalier-recipe.json"})
      QVERIFY2(fs::exists(target / file), file);
    const auto before = weightsOf(sampleFolder() / "model"), after = weightsOf(target);
    QCOMPARE(after.size(), before.size());
    for (const auto& [name, t] : after) {
      QCOMPARE(t.scalar_type(), before.at(name).scalar_type());
      // Wanda only removes: what stays is bit for bit what was stored.
      QVERIFY2(((t == before.at(name)) | (t == 0)).all().item<bool>(), name.c_str());
    }
    const auto reloaded = openModel(target);
    const auto a = evaluateModel(*pruned.model, m_pairs, {}), b = evaluateModel(*reloaded, m_pairs, {});
    for (size_t i = 0; i < a.pairs.size(); ++i) {
      QCOMPARE(a.pairs[i].answer, b.pairs[i].answer);
      QCOMPARE(a.pairs[i].loss, b.pairs[i].loss);
    }
    // A second export to the same place is refused, and what is there stays.
    QVERIFY(errorOf([&] { exportModel(*pruned.model, {}, target, {}); }).contains("is there already"));
    QVERIFY(fs::exists(target / "model.safetensors"));
  }

  void globalMagnitudeMeetsItsTarget() {
    const auto plan = globalMagnitudePlan(*m_model, 0.5);
    QVERIFY(std::abs(plan.achievedSparsity() - 0.5) < 1e-3);
    PruneOptions options;
    options.criterion = "magnitude";
    options.comparison = "matrix";
    const auto pruned = pruneModel(*m_model, plan, m_calibration, options, {});
    // One threshold for all: no weight that stayed is smaller than one that went.
    float smallestKept = 1e9f, largestGone = 0;
    for (const auto& g : plan.groups) {
      const auto w = m_model->weights.get(g.name).abs(), p = pruned.model->weights.get(g.name);
      const auto gone = w.masked_select(p == 0), kept = w.masked_select(p != 0);
      if (gone.numel()) largestGone = std::max(largestGone, gone.max().item<float>());
      if (kept.numel()) smallestKept = std::min(smallestKept, kept.min().item<float>());
    }
    QVERIFY(largestGone <= smallestKept);
  }

  // One round is one threshold on what the gradients of the dense model say; more rounds look again.
  void globalPruningGoesInRounds_data() {
    QTest::addColumn<QString>("method");
    for (const auto& m : globalMethods()) QTest::newRow(m.name.c_str()) << QString::fromStdString(m.name);
  }
  void globalPruningGoesInRounds() {
    QFETCH(QString, method);
    GlobalPruneOptions options;
    options.method = method.toStdString();
    options.samples = 8, options.batchSize = 4, options.rounds = 1;
    auto few = m_calibration;
    few.samples.resize(8);
    const auto once = pruneGlobally(*m_model, 0.6, few, options, {});
    QVERIFY(std::abs(once.plan.achievedSparsity() - 0.6) < 1e-4);
    QVERIFY(std::abs(once.result.sparsity - 0.6) < 1e-4);
    double least = 1, most = 0;
    for (const auto& g : once.plan.groups)
      least = std::min(least, g.sparsity), most = std::max(most, g.sparsity);
    QVERIFY(most - least > 0.1);
    for (const auto& g : once.plan.groups) {
      const auto dense = m_model->weights.get(g.name), w = once.result.model->weights.get(g.name);
      QVERIFY((w == 0).logical_or(w == dense).all().item<bool>());
      QCOMPARE((w == 0).sum().item<double>() / double(w.numel()), g.sparsity);
    }
    options.rounds = 4;
    const auto four = pruneGlobally(*m_model, 0.6, few, options, {});
    QVERIFY(std::abs(four.result.sparsity - 0.6) < 1e-4);
    const auto lossOf = [&](const PruneResult& r) {
      double loss = 0;
      for (const auto& p : evaluateModel(*r.model, few, {}).pairs) loss += p.loss;
      return loss;
    };
    QVERIFY(lossOf(four.result) < lossOf(once.result));
    // The same for any number of workers.
    setThreadCount(1);
    options.rounds = 2;
    const auto one = pruneGlobally(*m_model, 0.6, few, options, {});
    setThreadCount(3);
    const auto three = pruneGlobally(*m_model, 0.6, few, options, {});
    setThreadCount(0);
    for (const auto& g : one.plan.groups)
      QVERIFY(one.result.model->weights.get(g.name).equal(three.result.model->weights.get(g.name)));
    QVERIFY(errorOf([&] { pruneGlobally(*m_model, 1.2, few, options, {}); }).contains("1.2"));
    options.method = "global-luck";
    QVERIFY(errorOf([&] { pruneGlobally(*m_model, 0.5, few, options, {}); }).contains("global-obd"));
  }

  void recipeRoundTripsAndResumes() {
    Recipe recipe;
    recipe.model = sampleFolder() / "model";
    recipe.calibration = sampleFolder() / "calibration";
    recipe.evaluation = sampleFolder() / "pairs";
    recipe.score.method = "magnitude";
    recipe.allocate.target = 0.5;
    recipe.allocate.cap = 0.7;
    recipe.prune.criterion = "magnitude";
    recipe.prune.inputs = "dense";
    auto json = toJson(recipe);
    QVERIFY(toJson(recipeFromJson(json, {})) == json);
    json["prune"]["inputs"] = "moon";
    QVERIFY(errorOf([&] { recipeFromJson(json, {}); }).contains("moon"));
    json["prune"].erase("inputs");
    QCOMPARE(recipeFromJson(json, {}).prune.inputs, std::string("pruned"));
    const auto first = runRecipe(recipe, out("work"), {});
    const auto stamp = fs::last_write_time(out("work") / "scores.json");
    const auto second = runRecipe(recipe, out("work"), {});
    QVERIFY(fs::last_write_time(out("work") / "scores.json") == stamp);
    QCOMPARE(first.after.overall().right, second.after.overall().right);
    QVERIFY(std::abs(first.pruned.sparsity - 0.5) < 0.005);
  }

  // What a plan came to, however it came to it, is what a recipe of it makes again.
  void aRecipeWithAPlanPrunesToIt() {
    Recipe recipe;
    recipe.model = sampleFolder() / "model";
    recipe.calibration = sampleFolder() / "calibration";
    recipe.allocate.target = 0.5;
    recipe.prune.criterion = "magnitude";
    recipe.plan = {{"vision_model.encoder.layers.2", 0.125}, {"language_model.decoder.block.1", 0.75}};
    QVERIFY(recipeFromJson(toJson(recipe), {}).plan == recipe.plan);
    const auto result = runRecipe(recipe, {}, {});
    QVERIFY(result.scores.matrices.empty());
    QCOMPARE(result.plan.groups.size(), size_t(2));
    for (const auto& m : result.pruned.matrices)
      QVERIFY(std::abs(m.achieved - (m.matrix.starts_with("vision") ? 0.125 : 0.75)) < 0.01);
    recipe.plan["vision_model.encoder.layers.9"] = 0.5;
    try {
      runRecipe(recipe, {}, {});
      QFAIL("a block that is not there");
    } catch (const Error& e) {
      QCOMPARE(
          std::string(e.what()),
          std::string(
              "The recipe's \"plan\" names vision_model.encoder.layers.9; the model has no such block."));
    }
  }

  void cancelledExportLeavesNothing() {
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    control.onProgress = [&](const Progress& p) {
      if (p.done > 0) stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(exportModel(*m_model, {}, out("never"), control), Cancelled);
    QVERIFY(!fs::exists(out("never")));
    QVERIFY(QDir(m_dir.path()).entryList({"never*"}).isEmpty());
  }

  void unwritableTargetIsNamed() {
    std::ofstream(out("a-file")) << "x";
    QVERIFY(errorOf([&] { exportModel(*m_model, {}, out("a-file") / "sub", {}); }).contains("a-file"));
    QVERIFY(errorOf([&] { exportModel(*m_model, {}, "/proc/espalier-test", {}); }).contains("/proc"));
  }

  void badModelsAreNamed() {
    QVERIFY(errorOf([&] { openModel(out("nothing")); }).contains("does not exist"));
    auto folder = copyOfSample("unknown");
    replaceInConfig(folder, [](auto& j) { j["model_type"] = "gpt-17"; });
    QVERIFY(errorOf([&] { openModel(folder); }).contains("gpt-17"));
    folder = copyOfSample("mismatch");
    replaceInConfig(folder, [](auto& j) { j["vision_config"]["hidden_size"] = 256; });
    QVERIFY(errorOf([&] { openModel(folder); }).contains("has shape"));
    folder = copyOfSample("missing");
    replaceInConfig(folder, [](auto& j) { j["vision_config"]["num_hidden_layers"] = 7; });
    QVERIFY(errorOf([&] { openModel(folder); }).contains("vision_model.encoder.layers.6"));
    folder = copyOfSample("zero");
    replaceInConfig(folder, [](auto& j) { j["text_config"]["num_heads"] = 0; });
    QVERIFY(errorOf([&] { openModel(folder); }).contains("num_heads"));
    folder = copyOfSample("nan");
    auto tensors = weightsOf(folder);
    tensors["vision_model.encoder.layers.2.mlp.fc1.weight"][3][5] = std::nan("");
    writeTensors(folder / "model.safetensors", tensors);
    QVERIFY(errorOf([&] { openModel(folder); }).contains("vision_model.encoder.layers.2.mlp.fc1.weight"));
  }

  void badOptionsAreNamed() {
    ScoreOptions o;
    o.method = "tea-leaves";
    QVERIFY(errorOf([&] { scoreModel(*m_model, m_calibration, o, {}); }).contains("tea-leaves"));
    o = {};
    o.eps = 0;
    QVERIFY(errorOf([&] { scoreModel(*m_model, m_calibration, o, {}); }).contains("--eps"));
    PruneOptions p;
    p.criterion = "axe";
    QVERIFY(
        errorOf([&] { pruneModel(*m_model, makePlan(m_scores, {}), m_calibration, p, {}); }).contains("axe"));
  }
};

QTEST_APPLESS_MAIN(EngineTest)
#include "engine_test.moc"
