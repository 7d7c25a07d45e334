// The whole job on a small model of every family: open, score, plan, prune, evaluate, export, open again.
#include <QtTest/QtTest>
#include <fstream>
#include <set>

#include "core/allocate/planner.h"
#include "core/base/memory.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/engine.h"
#include "core/engine/open_model.h"
#include "core/samples/scene_dataset.h"
#include "tests/support/errors.h"
#include "tests/support/export_check.h"
#include "tests/support/fixtures.h"
#include "tests/support/letter_tokenizer.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class FamiliesEngineTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  Dataset m_data;

  fs::path root() const { return m_dir.path().toStdString(); }

  // The models of some families, as the first test copied them.
  void ofFamilies(const std::set<std::string>& families) {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      if (families.contains(Model::fromCheckpoint(*Checkpoint::open(folder))->family()))
        QTest::newRow(folder.filename().c_str())
            << QString::fromStdString((root() / folder.filename()).string());
  }

 private Q_SLOTS:
  void initTestCase() {
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
    for (const auto& folder : modelFolders())
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  void scoresPrunesEvaluatesExports() {
    QFETCH(QString, folder);
    const fs::path source = folder.toStdString(), model = root() / source.filename();
    fs::create_directories(model);
    for (const auto& file : entriesOf(source))  // weights may be in shards
      if (file.stem() != "io") fs::copy_file(file, model / file.filename());
    writeLetterTokenizer(model);
    const auto dense = openModel(model);
    const bool hasLoss = dense->model->task() != ModelTask::Embed;

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
    std::map<std::string, double> sparsities;
    for (const auto& m : pruned.matrices) sparsities[m.matrix] = m.achieved;
    const auto wrong = exportProblems(model, root() / (source.filename().string() + "-pruned"), sparsities);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
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

  void retrievalCountsEachPictureOnce_data() { ofFamilies({"clip"}); }
  void retrievalCountsEachPictureOnce() {
    QFETCH(QString, folder);
    const auto e = evaluateModel(*openModel(folder.toStdString()), m_data, {});
    for (const char* name : {"TR@1", "TR@5", "TR@10", "IR@1", "IR@5", "IR@10"})
      QVERIFY2(e.metrics.at(name) >= 0 && e.metrics.at(name) <= 1, name);
    // Six pictures: all are among the first ten.
    QCOMPARE(e.metrics.at("IR@10"), 1.0);
    int64_t right = 0;
    for (const auto& p : e.pairs) right += p.right;
    QCOMPARE(e.metrics.at("IR@1"), double(right) / double(e.pairs.size()));
  }

  // Where the pictures do not fit they are read when their batch is run; nothing else changes.
  void picturesAreReadBatchByBatch_data() { ofFamilies({"clip", "vit", "blip-2", "blip-caption"}); }
  void picturesAreReadBatchByBatch() {
    QFETCH(QString, folder);
    const auto model = openModel(folder.toStdString());
    const auto held = makeBatches(*model->processor, m_data, 4, {}),
               lean = makeBatches(*model->processor, m_data, 4, {}, 1);
    QCOMPARE(lean.size(), held.size());
    for (size_t b = 0; b < held.size(); ++b) {
      QVERIFY(held[b]->has("pixel_values") && !lean[b]->has("pixel_values"));
      const auto whole = prepared(lean[b]);
      QCOMPARE(whole->tensors.size(), held[b]->tensors.size());
      for (const auto& [name, tensor] : held[b]->tensors)
        QVERIFY2(whole->at(name).equal(tensor), name.c_str());
      QVERIFY(!lean[b]->has("pixel_values"));  // not kept
    }
    const auto before = evaluateModel(*model, m_data, {});
    setMemoryLimit(int64_t(64) << 10);
    const auto after = evaluateModel(*model, m_data, {});
    setMemoryLimit(0);
    QVERIFY(before.metrics == after.metrics);
    for (size_t i = 0; i < before.pairs.size(); ++i) {
      QCOMPARE(after.pairs[i].loss, before.pairs[i].loss);
      QCOMPARE(after.pairs[i].answer, before.pairs[i].answer);
    }
  }

  // A text longer than the context is several windows; every token but the first is predicted once.
  void longTextsAreCut_data() { ofFamilies({"llama"}); }
  void longTextsAreCut() {
    QFETCH(QString, folder);
    Dataset text;
    text.path = root();
    std::string letters;
    for (int i = 0; i < 150; ++i) letters += std::string(1, char('a' + i * 7 % 26)) + " ";
    text.samples.push_back({{}, {}, letters, {}});
    const auto e = evaluateModel(*openModel(folder.toStdString()), text, {});
    QVERIFY(std::isfinite(e.metrics.at("perplexity")));
  }
};

QTEST_APPLESS_MAIN(FamiliesEngineTest)
#include "families_engine_test.moc"
