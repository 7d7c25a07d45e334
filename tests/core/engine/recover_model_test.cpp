// Recovery through the public face: what is refused, that a stopped job comes to the same bits, and that
// neither workers nor memory matter.
#include <QtTest/QtTest>
#include <fstream>

#include "core/allocate/planner.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/bench/synthetic.h"
#include "core/document/recipe.h"
#include "core/engine/open_model.h"
#include "core/engine/recover_model.h"
#include "core/samples/scene_dataset.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"
#include "tests/support/same_tensors.h"

using namespace espalier;
using test::errorOf;
using test::sameTensors;
namespace fs = std::filesystem;

namespace {

std::map<std::string, at::Tensor> weightsOf(const OpenModel& m) {
  std::map<std::string, at::Tensor> out;
  for (const auto& d : m.model->declared()) out[d.name] = m.weights.get(d.name).clone();
  return out;
}

}  // namespace

class RecoverModelTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  ModelPtr m_dense, m_pruned;
  Dataset m_data;
  RecoverOptions m_options;

  fs::path out(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }
  RecoverResult recovered(const RecoverRun& run = {}, const JobControl& control = {}) const {
    return recoverModel(*m_pruned, m_dense, m_data, m_options, run, control);
  }
  QString refused(const ModelPtr& pruned, const ModelPtr& dense) const {
    return errorOf([&] { recoverModel(*pruned, dense, m_data, m_options, {}, {}); });
  }

 private Q_SLOTS:
  // A small T5 in bf16: what is recovered is rounded to it.
  void initTestCase() {
    BenchShape shape = benchShapeNamed("t5-512");
    shape.dtype = DType::BF16;
    shape.config["d_model"] = 32, shape.config["d_ff"] = 48, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 2;
    shape.config["vocab_size"] = 300;
    shape.textLength = 10, shape.answerLength = 4;
    writeSyntheticModel(shape, out("t5"), {});
    m_dense = openModel(out("t5") / "model");
    m_data = openDataset(out("t5") / "data");
    ScoreOptions scoring;
    scoring.method = "magnitude";
    const auto scores = scoreModel(*m_dense, m_data, scoring, {});
    PruneOptions pruning;
    pruning.criterion = "magnitude";
    m_pruned = pruneModel(*m_dense, makePlan(scores, {.target = 0.6}), m_data, pruning, {}).model;
    m_options.methods = "rebuild,distil,finetune";
    m_options.samples = 20;
    m_options.rebuildSteps = m_options.distilSteps = m_options.finetuneSteps = 4;
  }
  void cleanup() {
    setThreadCount(0);
    setMemoryLimit(0);
  }

  void recoversAndSaysWhat() {
    std::vector<RecoveryPoint> points;
    const auto result = recovered({.onPoint = [&](const RecoveryPoint& p) { points.push_back(p); }});
    QCOMPARE(result.reports.size(), size_t(4 + 1 + 1));
    QCOMPARE(points.size(), size_t(6 * 5));
    QVERIFY(!result.stopped);
    for (const auto& r : result.reports) {
      QVERIFY(r.after <= r.before);
      QVERIFY2(r.note.empty(), r.note.c_str());
    }
    QVERIFY(result.reports[0].after < result.reports[0].before);
    const auto was = weightsOf(*m_pruned), is = weightsOf(*result.model);
    QVERIFY(!sameTensors(was, is));
    for (const auto& block : m_dense->model->blocks())
      for (const auto& m : block->description().matrices)
        QVERIFY((is.at(m.name).masked_select(was.at(m.name) == 0) == 0).all().item<bool>());
    // As they are stored.
    for (const auto& [name, t] : is) QVERIFY(t.to(at::kBFloat16).to(at::kFloat).equal(t));
    QVERIFY(result.sparsity >= infoOf(*m_pruned).sparsity);
    // Few samples, many weights: both numbers are said.
    QVERIFY(!result.warnings.empty());
    QVERIFY2(result.warnings[0].find("samples give") != std::string::npos, result.warnings[0].c_str());
  }

  void neitherWorkersNorMemoryMatter() {
    const auto one = weightsOf(*recovered().model);
    for (const int threads : {1, 3}) {
      setThreadCount(threads);
      QVERIFY(sameTensors(one, weightsOf(*recovered().model)));
    }
    setThreadCount(0);
    m_options.methods = "rebuild";
    const auto rebuilt = weightsOf(*recovered().model);
    setMemoryLimit(200'000);
    const auto streamed = recovered({.journal = {.path = out("streamed")}});
    QVERIFY(sameTensors(rebuilt, weightsOf(*streamed.model)));
    m_options.methods = "distil";
    QVERIFY2(errorOf([&] { recovered(); }).contains("the ceiling is"), "distil needs room");
    m_options.methods = "rebuild,distil,finetune";
  }

  void goesOnWhereItWasStopped() {
    const auto whole = weightsOf(*recovered().model);
    for (const int stopAt : {1, 3, 5, 12, 18, 21, 26, 29}) {
      const auto journal = out("stopped-" + std::to_string(stopAt));
      std::stop_source stop;
      int seen = 0;
      RecoverRun run{.journal = {.path = journal}};
      run.onPoint = [&](const RecoveryPoint&) {
        if (++seen == stopAt) stop.request_stop();
      };
      QVERIFY_EXCEPTION_THROWN(recovered(run, {.onProgress = {}, .stop = stop.get_token()}), Cancelled);
      int again = 0;
      run.onPoint = [&](const RecoveryPoint&) { ++again; };
      const auto result = recovered(run);
      QVERIFY(sameTensors(whole, weightsOf(*result.model)));
      QCOMPARE(result.reports.size(), size_t(6));
      QVERIFY(again <= 30 - (stopAt - 1) / 5 * 5);
      // Another time all of it is there.
      again = 0;
      QVERIFY(sameTensors(whole, weightsOf(*recovered(run).model)));
      QCOMPARE(again, 0);
      // Other options begin anew.
      ++m_options.seed;
      recovered(run);
      QCOMPARE(again, 30);
      --m_options.seed;
      removeKeptBlocks(journal);
      QVERIFY(!fs::exists(journal));
    }
  }

  // Steps with a right checksum that tell what no recovery tells: refused, never used.
  void strangeStepsAreRefused() {
    const auto folder = out("strange");
    std::stop_source stop;
    RecoverRun run{.journal = {.path = folder}};
    int seen = 0;
    run.onPoint = [&](const RecoveryPoint&) {
      if (++seen == 7) stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(recovered(run, {.onProgress = {}, .stop = stop.get_token()}), Cancelled);
    run.onPoint = {};
    const auto file = folder / "journal.jsonl";
    const auto begun = readTextFile(file);
    const auto lines = begun.substr(0, begun.size() - 1);
    const auto first = parseJson(begun.substr(0, begun.find('\n')), "journal");
    const auto last = parseJson(lines.substr(lines.rfind('\n') + 1), "journal");
    auto step = last;
    step.erase("crc32");
    for (const nlohmann::json& about :
         {nlohmann::json(5), nlohmann::json::object(), nlohmann::json{{"step", 0.5}, {"steps", 1e300}}}) {
      step["about"] = about;
      writeFileAtomically(file, begun);
      Journal(file, first.at("kind"), first.at("inputs"), {}).append(step);
      const auto sentence = errorOf([&] { recovered(run); });
      QVERIFY2(sentence.contains("journal.jsonl") && sentence.contains("--restart"), qPrintable(sentence));
    }
    writeFileAtomically(file, begun);
    QVERIFY(sameTensors(weightsOf(*recovered().model), weightsOf(*recovered(run).model)));
  }

  void keepsWhatIsReachedWhenItIsEnough() {
    std::stop_source enough;
    RecoverRun run;
    run.enough = enough.get_token();
    run.onPoint = [&](const RecoveryPoint& p) {
      if (p.method == "rebuild" && p.step == 2 && p.block.find("encoder.block.1") != std::string::npos)
        enough.request_stop();
    };
    const auto result = recovered(run);
    QVERIFY(result.stopped);
    QCOMPARE(result.reports.size(), size_t(2));
    QVERIFY2(result.reports[1].note.find("2 of 4") != std::string::npos, result.reports[1].note.c_str());
    QVERIFY(!sameTensors(weightsOf(*m_pruned), weightsOf(*result.model)));
  }

  void recipesRecover() {
    Recipe recipe;
    recipe.model = out("t5") / "model";
    recipe.calibration = out("t5") / "data";
    recipe.score.method = "magnitude";
    recipe.allocate.target = 0.6;
    recipe.prune.criterion = "magnitude";
    recipe.recover = m_options;
    const auto again = recipeFromJson(toJson(recipe), out("t5"));
    QCOMPARE(toJson(again), toJson(recipe));
    const auto direct = weightsOf(*recovered().model);
    for (int run = 0; run < 2; ++run) {
      const auto result = runRecipe(again, out("work"), {});
      QCOMPARE(result.recovery.size(), size_t(6));
      QVERIFY(sameTensors(direct, weightsOf(*result.pruned.model)));
    }
    // Recipes from before there was recovery read and write as they did.
    recipe.recover = {};
    QVERIFY(!toJson(recipe).contains("recover"));
    auto json = toJson(again);
    json["recover"]["methods"] = "magic";
    QVERIFY(errorOf([&] { recipeFromJson(json, out("t5")); }).contains("magic"));
  }

  // Training on parts of pictures gives other weights, the same ones each time; text alone and answers that a
  // part may not show are refused.
  void trainsOnViewsOfPictures() {
    const auto dense = openModel(test::fixturesRoot() / "models" / "vit");
    SceneDatasetOptions scenes;
    scenes.stream = "views", scenes.pictures = 6, scenes.pairsPerPicture = 1;
    writeSceneDataset(out("scenes"), scenes);
    const auto data = openDataset(out("scenes"));
    const auto plan = makePlan(scoreModel(*dense, data, {.method = "magnitude"}, {}), {.target = 0.5});
    const auto pruned = pruneModel(*dense, plan, data, {.criterion = "magnitude"}, {}).model;
    RecoverOptions options;
    options.methods = "rebuild,distil";
    options.samples = 6, options.batchSize = 2, options.rebuildSteps = 2, options.distilSteps = 2;
    const auto recover = [&] {
      return weightsOf(*recoverModel(*pruned, dense, data, options, {}, {}).model);
    };
    const auto whole = recover();
    options.views = 3;
    const auto parts = recover();
    QVERIFY(!sameTensors(whole, parts));
    QVERIFY(sameTensors(parts, recover()));

    options.methods = "rebuild,finetune";
    QVERIFY(errorOf([&] { recover(); }).contains("--views 1"));
    m_options.views = 2;
    QVERIFY(refused(m_pruned, m_dense).contains("takes none"));
    m_options.views = 1;
  }

  void refusesInOneSentence() {
    QVERIFY(refused(m_pruned, {}).contains("--dense"));
    QVERIFY(refused(m_dense, m_dense).contains("nothing to recover"));
    const auto vit = openModel(test::fixturesRoot() / "models" / "vit");
    QVERIFY(refused(m_pruned, vit).contains("family"));
    auto options = m_options;
    const auto refuses = [&](const Dataset& data) {
      return errorOf([&] { recoverModel(*m_pruned, m_dense, data, options, {}, {}); });
    };
    options.methods = "rebuild,magic";
    QVERIFY(refuses(m_data).contains("\"magic\" is not known"));
    options.methods = "rebuild,";
    QVERIFY(refuses(m_data).contains("is not known"));
    options.methods = "distil";
    auto unanswered = m_data;
    for (auto& s : unanswered.samples) s.question = "What?", s.answer.clear();
    QVERIFY(refuses(unanswered).contains("without answers"));
    options = m_options;
    options.samples = 1;
    QVERIFY(refuses(m_data).contains("--recover-samples"));
  }

  void refusesAnotherShapeAndOtherTokens() {
    BenchShape shape = benchShapeNamed("t5-512");
    shape.config["d_model"] = 32, shape.config["d_ff"] = 64, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 2;
    shape.config["vocab_size"] = 300;
    shape.textLength = 10, shape.answerLength = 4;
    writeSyntheticModel(shape, out("wider"), {});
    const auto sentence = refused(m_pruned, openModel(out("wider") / "model"));
    QVERIFY2(sentence.contains("64") && sentence.contains("48"), qPrintable(sentence));
    // The same weights with words for other numbers.
    fs::copy(out("t5") / "model", out("other words"));
    auto words = test::readJson(out("other words") / "tokenizer.json");
    auto& vocabulary = words["model"]["vocab"];
    QVERIFY(vocabulary.is_object());
    std::vector<int> ids;
    for (char c = 'a'; c <= 'z'; ++c)
      if (const std::string letter(1, c); vocabulary.contains(letter)) ids.push_back(vocabulary[letter]);
    QVERIFY(ids.size() > 1);
    for (char c = 'a'; c <= 'z'; ++c)
      if (const std::string letter(1, c); vocabulary.contains(letter)) {
        vocabulary[letter] = ids.back();
        ids.pop_back();
      }
    fs::remove(out("other words") / "tokenizer.json");
    std::ofstream(out("other words") / "tokenizer.json") << words.dump();
    const auto tokens = refused(m_pruned, openModel(out("other words")));
    QVERIFY2(tokens.contains("other tokens"), qPrintable(tokens));
  }
};

QTEST_APPLESS_MAIN(RecoverModelTest)
#include "recover_model_test.moc"
