// The whole job on a small model of every family: open, score, plan, prune, evaluate, export, open again.
#include <QtTest/QtTest>
#include <fstream>

#include "core/allocate/planner.h"
#include "core/base/numerics.h"
#include "core/checkpoint/tensor.h"
#include "core/data/scene_dataset.h"
#include "core/session/engine.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

// A tokenizer small enough for any of the models: letters.
void writeTokenizer(const fs::path& folder) {
  std::ofstream vocabulary(folder / "vocab.txt");
  for (const char* special : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}) vocabulary << special << "\n";
  for (const char* prefix : {"", "##"})
    for (char c = 'a'; c <= 'z'; ++c) vocabulary << prefix << c << "\n";
  std::ofstream(folder / "tokenizer_config.json")
      << R"({"tokenizer_class": "BertTokenizer", "do_lower_case": true})";
}

}  // namespace

class FamiliesEngineTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  Dataset m_data;

  fs::path root() const { return m_dir.path().toStdString(); }

 private Q_SLOTS:
  void initTestCase() {
    prepareNumerics();
    SceneDatasetOptions options;
    options.stream = "families";
    options.pictures = 6;
    options.pairsPerPicture = 2;
    writeSceneDataset(root() / "data", options);
    m_data = openDataset(root() / "data");
    // Tables of positions are short here.
    for (auto& s : m_data.samples) s.question = "colour", s.answer = s.answer.substr(0, 5);
  }

  void scoresPrunesEvaluatesExports_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : entriesOf(fixturesRoot() / "models"))
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  void scoresPrunesEvaluatesExports() {
    QFETCH(QString, folder);
    const fs::path source = folder.toStdString(), model = root() / source.filename();
    fs::create_directories(model);
    for (const char* file : {"config.json", "generation_config.json", "model.safetensors"})
      if (fs::exists(source / file)) fs::copy_file(source / file, model / file);
    writeTokenizer(model);
    const auto dense = openModel(model);
    const bool hasLoss = infoOf(*dense).family != "bert" && source.filename() != "eva-vit";

    ScoreOptions options;
    options.samples = 8, options.batchSize = 4;
    if (!hasLoss) {
      QVERIFY(errorOf([&] { scoreModel(*dense, m_data, options, {}); }).contains("loss"));
      QVERIFY(errorOf([&] { evaluateModel(*dense, m_data, {}); }).contains("nothing to evaluate"));
      options.method = "magnitude";
    }
    const auto scores = scoreModel(*dense, m_data, options, {});
    double sum = 0;
    for (const auto& m : scores.matrices) {
      QVERIFY2(std::isfinite(m.score) && m.score >= 0, m.matrix.c_str());
      sum += m.score;
    }
    QVERIFY(sum > 0);
    PlanRequest request;
    request.target = 0.5;
    PruneOptions pruning;
    pruning.samples = 8, pruning.batchSize = 4;
    const auto pruned = pruneModel(*dense, makePlan(scores, request), m_data, pruning, {});
    QVERIFY2(std::abs(pruned.sparsity - 0.5) < 0.01, std::to_string(pruned.sparsity).c_str());
    exportModel(*pruned.model, {}, root() / (source.filename().string() + "-pruned"), {});
    const auto again = openModel(root() / (source.filename().string() + "-pruned"));
    QVERIFY(std::abs(infoOf(*again).sparsity - 0.5) < 0.01);
    if (!hasLoss) return;
    const auto before = evaluateModel(*dense, m_data, {}),
               after = evaluateModel(*pruned.model, m_data, {}, {}, dense),
               reloaded = evaluateModel(*again, m_data, {}, {}, dense);
    QCOMPARE(before.pairs.size(), m_data.samples.size());
    bool differs = false;
    for (size_t i = 0; i < before.pairs.size(); ++i) {
      QVERIFY(std::isfinite(before.pairs[i].loss));
      QCOMPARE(after.pairs[i].loss, reloaded.pairs[i].loss);
      QCOMPARE(after.pairs[i].answer, reloaded.pairs[i].answer);
      differs = differs || after.pairs[i].loss != before.pairs[i].loss;
    }
    QVERIFY(differs);
    QVERIFY(after.metrics == reloaded.metrics);
    if (before.metrics.contains("agreement")) QCOMPARE(before.metrics.at("agreement"), 1.0);
    if (before.metrics.contains("perplexity"))
      QVERIFY(std::abs(std::log(before.metrics.at("perplexity")) - before.metrics.at("token loss")) < 1e-12);
  }

  void retrievalCountsEachPictureOnce() {
    const auto e = evaluateModel(*openModel(root() / "clip"), m_data, {});
    for (const char* name : {"TR@1", "TR@5", "TR@10", "IR@1", "IR@5", "IR@10"})
      QVERIFY2(e.metrics.at(name) >= 0 && e.metrics.at(name) <= 1, name);
    // Six pictures: all are among the first ten.
    QCOMPARE(e.metrics.at("IR@10"), 1.0);
    int64_t right = 0;
    for (const auto& p : e.pairs) right += p.right;
    QCOMPARE(e.metrics.at("IR@1"), double(right) / double(e.pairs.size()));
  }

  // A text longer than the context is several windows; every token but the first is predicted once.
  void longTextsAreCut() {
    Dataset text;
    text.path = root();
    std::string letters;
    for (int i = 0; i < 150; ++i) letters += std::string(1, char('a' + i * 7 % 26)) + " ";
    text.samples.push_back({{}, {}, letters, {}});
    const auto e = evaluateModel(*openModel(root() / "llama"), text, {});
    QVERIFY(std::isfinite(e.metrics.at("perplexity")));
  }
};

QTEST_APPLESS_MAIN(FamiliesEngineTest)
#include "families_engine_test.moc"
