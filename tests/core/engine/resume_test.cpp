// A job that is stopped anywhere goes on from its journal to the very same result.
#include <QtTest/QtTest>
#include <fstream>

#include "core/allocate/planner.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/bench/synthetic.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/open_model.h"
#include "tests/support/errors.h"
#include "tests/support/same_tensors.h"

using namespace espalier;
using test::sameTensors;
namespace fs = std::filesystem;

namespace {

// Stops after so many steps of progress.
JobControl stoppingAfter(int64_t steps, std::stop_source& stop) {
  JobControl control;
  control.stop = stop.get_token();
  control.onProgress = [steps, &stop](const Progress& p) {
    if (p.done >= steps) stop.request_stop();
  };
  return control;
}

std::map<std::string, at::Tensor> prunedWeights(const OpenModel& m) {
  std::map<std::string, at::Tensor> out;
  for (const auto& b : m.model->blocks())
    for (const auto& matrix : b->description().matrices)
      out[matrix.name] = m.weights.get(matrix.name).clone();
  return out;
}

}  // namespace

class ResumeTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  ModelPtr m_model;
  Dataset m_data;
  Scores m_scores;

  fs::path out(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

 private Q_SLOTS:
  // A small T5 in bf16: pruned matrices are kept in bf16 where that is exact.
  void initTestCase() {
    BenchShape shape = benchShapeNamed("t5-512");
    shape.dtype = DType::BF16;
    shape.config["d_model"] = 64, shape.config["d_ff"] = 96, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 3;
    shape.config["vocab_size"] = 300;
    writeSyntheticModel(shape, out("t5"), {});
    m_model = openModel(out("t5") / "model");
    m_data = openDataset(out("t5") / "data");
  }

  void scoring_data() {
    QTest::addColumn<QString>("method");
    QTest::addColumn<bool>("statistics");
    QTest::addColumn<int>("each");  // steps from stop to stop
    QTest::newRow("zeroth-order") << "zeroth-order" << false << 60;
    QTest::newRow("forward-mode") << "forward-mode" << false << 60;
    QTest::newRow("exact-gradient") << "exact-gradient" << false << 60;
    QTest::newRow("first-order, statistics") << "first-order" << true << 7;
    QTest::newRow("local") << "local" << true << 3;
  }
  // With another number of workers each time.
  void scoring() {
    QFETCH(QString, method);
    QFETCH(bool, statistics);
    QFETCH(int, each);
    ScoreOptions options;
    options.method = method.toStdString();
    options.statistics = statistics;
    options.samples = 6;
    options.batchSize = 2;
    const auto whole = scoreModel(*m_model, m_data, options, {});
    m_scores = whole;
    options.journal.path = out(options.method + ".journal");
    int64_t steps = each;
    for (int stops = 0;; ++stops, steps += each) {
      std::stop_source stop;
      setThreadCount(1 + stops % 3);
      try {
        const auto resumed = scoreModel(*m_model, m_data, options, stoppingAfter(steps, stop));
        QVERIFY(stops > 0);
        QCOMPARE(resumed.matrices.size(), whole.matrices.size());
        for (size_t i = 0; i < whole.matrices.size(); ++i) {
          QCOMPARE(resumed.matrices[i].matrix, whole.matrices[i].matrix);
          QVERIFY(resumed.matrices[i].score == whole.matrices[i].score);
          QVERIFY(resumed.matrices[i].standardError == whole.matrices[i].standardError);
          QVERIFY(whole.matrices[i].score > 0 && whole.matrices[i].standardError > 0);
          QCOMPARE(whole.matrices[i].statistics.empty(), !statistics);
          QVERIFY(resumed.matrices[i].statistics == whole.matrices[i].statistics);
        }
        break;
      } catch (const Cancelled&) {
        // A line that was being written. Without a step there is no journal.
        if (fs::exists(options.journal.path))
          std::ofstream(options.journal.path, std::ios::app) << "{\"block\":\"enc";
      }
    }
    setThreadCount(0);
  }

  void pruning_data() {
    QTest::addColumn<QString>("criterion");
    QTest::addColumn<QString>("inputs");
    for (const char* inputs : {"pruned", "dense"})
      for (const char* criterion : {"wanda", "sparsegpt"})
        QTest::addRow("%s, %s", criterion, inputs) << criterion << inputs;
  }
  void pruning() {
    QFETCH(QString, criterion);
    QFETCH(QString, inputs);
    const auto plan = makePlan(m_scores, {.target = 0.5});
    PruneOptions options;
    options.criterion = criterion.toStdString();
    options.inputs = inputs.toStdString();
    options.samples = 8;
    options.batchSize = 4;
    const auto whole = pruneModel(*m_model, plan, m_data, options, {});
    // What the run with other inputs left there is of no use.
    options.journal.path = out(options.criterion + "-journal");
    for (int64_t steps = 2;; steps += 2) {
      std::stop_source stop;
      try {
        const auto resumed = pruneModel(*m_model, plan, m_data, options, stoppingAfter(steps, stop));
        QVERIFY(steps > 2);
        QVERIFY(resumed.model->weights.overrides().empty());  // all in files
        QVERIFY(sameTensors(prunedWeights(*resumed.model), prunedWeights(*whole.model)));
        QCOMPARE(resumed.matrices.size(), whole.matrices.size());
        for (size_t i = 0; i < whole.matrices.size(); ++i) {
          QCOMPARE(resumed.matrices[i].matrix, whole.matrices[i].matrix);
          QCOMPARE(resumed.matrices[i].achieved, whole.matrices[i].achieved);
        }
        // The export is the same as that of the model in memory.
        const auto name = options.criterion + "-" + options.inputs;
        exportModel(*whole.model, {}, out(name + "-memory"), {});
        exportModel(*resumed.model, {}, out(name + "-files"), {});
        QVERIFY(sameTensors(readTensors(out(name + "-memory") / "model.safetensors"),
                            readTensors(out(name + "-files") / "model.safetensors")));
        break;
      } catch (const Cancelled&) {
        // A block that was being written.
        std::ofstream(options.journal.path / "block-99.safetensors") << "half";
      }
    }
    QVERIFY(!fs::exists(options.journal.path / "block-99.safetensors"));
  }

  void evaluation() {
    const auto whole = evaluateModel(*m_model, m_data, {});
    AnswerOptions answers;
    answers.journal.path = out("evaluation.journal");
    std::stop_source stop;
    QVERIFY_THROWS_EXCEPTION(Cancelled,
                             evaluateModel(*m_model, m_data, stoppingAfter(2, stop), {}, {}, answers));
    QVERIFY(readTextFile(answers.journal.path).find("\"pairs\"") != std::string::npos);
    int told = 0;
    const auto resumed = evaluateModel(
        *m_model, m_data, {}, [&](const PairResult&) { ++told; }, {}, answers);
    QCOMPARE(told, int(whole.pairs.size()));
    for (size_t i = 0; i < whole.pairs.size(); ++i) {
      QCOMPARE(resumed.pairs[i].answer, whole.pairs[i].answer);
      QVERIFY(resumed.pairs[i].loss == whole.pairs[i].loss);
      QCOMPARE(resumed.pairs[i].right, whole.pairs[i].right);
    }
  }

  // Steps with a right checksum that tell what no job tells: refused, never used.
  void strangeStepsAreRefused() {
    AnswerOptions answers;
    answers.journal.path = out("strange.journal");
    std::stop_source stop;
    QVERIFY_THROWS_EXCEPTION(Cancelled,
                             evaluateModel(*m_model, m_data, stoppingAfter(2, stop), {}, {}, answers));
    const auto begun = readTextFile(answers.journal.path);
    const auto first = parseJson(begun.substr(0, begun.find('\n')), "journal");
    const nlohmann::json row{{"answer", "a"}, {"loss", 1}};
    for (const nlohmann::json& step :
         {nlohmann::json{{"batch", 0}, {"pairs", std::vector<nlohmann::json>(10000, row)}},
          nlohmann::json{{"batch", 1e300}, {"pairs", {row}}}, nlohmann::json{{"batch", 0}, {"pairs", {5}}},
          nlohmann::json{{"batch", 0}, {"pairs", {{{"answer", "a"}, {"loss", "high"}}}}}}) {
      writeFileAtomically(answers.journal.path, begun);
      Journal(answers.journal.path, first.at("kind"), first.at("inputs"), {}).append(step);
      const auto sentence = test::errorOf([&] { evaluateModel(*m_model, m_data, {}, {}, {}, answers); });
      QVERIFY2(sentence.contains("strange.journal") && sentence.contains("--restart"), qPrintable(sentence));
    }
  }

  // Kept blocks that are not what was written: found and named, never used.
  void damagedBlocksAreFound() {
    const auto plan = makePlan(m_scores, {.target = 0.5});
    PruneOptions options;
    options.samples = 4;
    options.journal.path = out("damaged-journal");
    const auto whole = pruneModel(*m_model, plan, m_data, options, {});
    const auto block = options.journal.path / "block-1.safetensors";
    const auto content = readTextFile(block);
    for (const size_t at : {size_t(3), size_t(40), content.size() / 2, content.size() - 1}) {
      auto changed = content;
      changed[at] = char(changed[at] ^ 4);
      writeFileAtomically(block, changed);
      const auto sentence = test::errorOf([&] { pruneModel(*m_model, plan, m_data, options, {}); });
      QVERIFY2(sentence.contains("block-1") && sentence.contains("--restart"), qPrintable(sentence));
    }
    writeFileAtomically(block, content.substr(0, content.size() - 8));
    QVERIFY(test::errorOf([&] { pruneModel(*m_model, plan, m_data, options, {}); }).contains("--restart"));
    fs::remove(block);
    QVERIFY(test::errorOf([&] { pruneModel(*m_model, plan, m_data, options, {}); }).contains("--restart"));
    options.journal.restart = true;
    QVERIFY(sameTensors(prunedWeights(*pruneModel(*m_model, plan, m_data, options, {}).model),
                        prunedWeights(*whole.model)));
  }

  // What a job that is refused finds stays, and what it made goes.
  void refusedJobsLeaveNothing() {
    auto plan = makePlan(m_scores, {.target = 0.5});
    PruneOptions options;
    options.samples = 4;
    options.journal.path = out("made/refused.journal");
    auto units = options;
    units.pattern = "units";
    // Some matrices of its heads only.
    auto half = plan;
    half.groups.resize(1);
    half.groups[0].matrices.resize(1);
    const auto refused = [&](const Plan& asked, const PruneOptions& with) {
      return !test::errorOf([&] { pruneModel(*m_model, asked, m_data, with, {}); }).isEmpty();
    };
    QVERIFY(refused(half, units));
    auto columns = options;
    columns.pattern = "5:7";
    QVERIFY(refused(plan, columns));
    auto strange = plan;
    strange.groups[0].matrices = {"nothing.weight"};
    QVERIFY(refused(strange, options));
    QVERIFY(!fs::exists(out("made")));
    // Blocks of another job.
    fs::create_directory(out("made"));
    const auto whole = pruneModel(*m_model, plan, m_data, options, {});
    for (const bool restart : {false, true}) {
      units.journal.restart = restart;
      QVERIFY(refused(half, units));
    }
    int64_t wentOn = 0;
    options.journal.onNote = [&](const std::string& s) { wentOn += s.starts_with("Going on after"); };
    pruneModel(*m_model, plan, m_data, options, {});
    QCOMPARE(wentOn, int64_t(1));
  }

  // A folder of somebody else with the journal's name is neither written to nor removed.
  void foreignFoldersStay() {
    const auto plan = makePlan(m_scores, {.target = 0.5});
    PruneOptions options;
    options.samples = 4;
    options.journal.path = out("thesis.journal");
    fs::create_directories(options.journal.path / "block-1.safetensors.d");
    std::ofstream(options.journal.path / "journal.jsonl") << "my notes\n";
    for (const bool restart : {false, true}) {
      options.journal.restart = restart;
      const auto sentence = test::errorOf([&] { pruneModel(*m_model, plan, m_data, options, {}); });
      QVERIFY2(sentence.contains("thesis.journal"), qPrintable(sentence));
    }
    removeKeptBlocks(options.journal.path);
    QVERIFY(fs::exists(options.journal.path / "block-1.safetensors.d"));
    QCOMPARE(readTextFile(options.journal.path / "journal.jsonl"), std::string("my notes\n"));
    // Ours goes; what somebody put into it does not.
    options.journal.path = out("ours.journal");
    pruneModel(*m_model, plan, m_data, options, {});
    std::ofstream(options.journal.path / "note.txt") << "x";
    removeKeptBlocks(options.journal.path);
    QVERIFY(!fs::exists(options.journal.path / "journal.jsonl"));
    QVERIFY(fs::exists(options.journal.path / "note.txt"));
    fs::remove(options.journal.path / "note.txt");
    removeKeptBlocks(options.journal.path);
    QVERIFY(!fs::exists(options.journal.path));
  }

  // Weights that are cut off under a running job: a sentence, and the journal is kept for when they are back.
  void weightsThatShrink() {
    const auto folder = out("shrinking");
    fs::copy(out("t5") / "model", folder);
    const auto weights = folder / "model.safetensors";
    const auto size = fs::file_size(weights);
    const auto time = fs::last_write_time(weights);
    const auto content = readTextFile(weights);
    ScoreOptions options;
    options.method = "zeroth-order";  // finishes block by block, even where all of them are small
    options.samples = 4;
    options.batchSize = 2;
    const auto whole = scoreModel(*openModel(folder), m_data, options, {});
    options.journal.path = out("shrinking.journal");
    {
      const auto model = openModel(folder);
      JobControl control;
      control.onProgress = [&](const Progress& p) {
        if (p.done >= p.total / 3 && fs::file_size(weights) == size) fs::resize_file(weights, size / 8);
      };
      const auto sentence = test::errorOf([&] { scoreModel(*model, m_data, options, control); });
      QVERIFY2(sentence.contains("model.safetensors") && sentence.contains("shorter"), qPrintable(sentence));
    }
    std::ofstream(weights, std::ios::binary) << content;
    fs::last_write_time(weights, time);
    bool wentOn = false;
    options.journal.onNote = [&](const std::string& s) { wentOn = s.starts_with("Going on after"); };
    const auto resumed = scoreModel(*openModel(folder), m_data, options, {});
    QVERIFY(wentOn);
    for (size_t i = 0; i < whole.matrices.size(); ++i)
      QVERIFY(resumed.matrices[i].score == whole.matrices[i].score);
  }

  // One batch and one draw have no scatter: the error is unknown, which a file says as null.
  void oneValueHasNoError() {
    for (const char* method : {"zeroth-order", "forward-mode", "exact-gradient", "first-order", "local"}) {
      ScoreOptions options;
      options.method = method;
      options.samples = options.batchSize = 2;
      options.statistics = true;
      options.journal.path = out(std::string("one-") + method);
      for (int round = 0; round < 2; ++round) {  // and from the journal
        const auto scores = scoreModel(*m_model, m_data, options, {});
        for (const auto& m : scores.matrices) QVERIFY2(std::isnan(m.standardError), method);
        QVERIFY(std::isnan(planUncertainty(scores, 0.5)));
        writeScores(out("one.json"), scores);
        QVERIFY(readJsonFile(out("one.json")).at("matrices").at(0).at("standard_error").is_null());
        const auto read = readScores(out("one.json"));
        QVERIFY(std::isnan(read.matrices[0].standardError));
        const auto plan = makePlan(read, {.target = 0.5});
        QVERIFY(std::isnan(plan.groups[0].standardError));
        writePlan(out("one-plan.json"), plan);
        QVERIFY(std::isnan(readPlan(out("one-plan.json")).groups[0].standardError));
      }
    }
    ScoreOptions exact;
    exact.method = "magnitude";
    QCOMPARE(scoreModel(*m_model, m_data, exact, {}).matrices[0].standardError, 0.0);
  }

  // Other options do not go on with it.
  void otherOptionsBeginAnew() {
    ScoreOptions options;
    options.samples = 2;
    options.batchSize = 2;
    options.journal.path = out("options.journal");
    std::vector<std::string> notes;
    options.journal.onNote = [&](const std::string& s) { notes.push_back(s); };
    scoreModel(*m_model, m_data, options, {});
    options.seed = 1;
    const auto journalled = scoreModel(*m_model, m_data, options, {});
    QCOMPARE(notes.size(), size_t(1));
    options.journal = {};
    const auto plain = scoreModel(*m_model, m_data, options, {});
    for (size_t i = 0; i < plain.matrices.size(); ++i)
      QVERIFY(plain.matrices[i].score == journalled.matrices[i].score);
  }

  // With a ceiling on memory weights are read again and again, and tasks go from block to block together: the
  // same bits.
  void memoryCeilingChangesNoNumber() {
    for (const char* method : {"zeroth-order", "forward-mode", "exact-gradient"}) {
      ScoreOptions options;
      options.method = method;
      options.samples = 4;
      options.batchSize = 2;
      const auto whole = scoreModel(*m_model, m_data, options, {});
      setMemoryLimit(200'000);
      const auto again = scoreModel(*openModel(out("t5") / "model"), m_data, options, {});
      setMemoryLimit(0);
      for (size_t i = 0; i < whole.matrices.size(); ++i)
        QVERIFY2(again.matrices[i].score == whole.matrices[i].score, whole.matrices[i].matrix.c_str());
    }
  }

  // Draws go on until the plan is certain enough, and are those of one run with as many.
  void stopsWhenThePlanIsStable() {
    ScoreOptions options;
    options.samples = 4;
    options.batchSize = 2;
    options.draws = 64;
    options.untilStable = 0.02;
    std::map<std::string, double> told;
    int64_t draws = 0;
    Scores drawn;
    const auto stable = scoreModel(
        *m_model, m_data, options, {},
        [&](const std::vector<MatrixScore>& block) {
          for (const auto& m : block) told[m.matrix] = m.score;
        },
        [&](const Scores& scores) {
          QCOMPARE(scores.draws, ++draws);
          drawn = scores;
        });
    QVERIFY(stable.draws > 1 && stable.draws < 64);
    QCOMPARE(draws, stable.draws);
    for (size_t i = 0; i < stable.matrices.size(); ++i) {
      QCOMPARE(drawn.matrices[i].score, stable.matrices[i].score);
      // On the way the sum over batches is told, whatever the draws.
      QCOMPARE(told.at(stable.matrices[i].matrix) * double(draws), stable.matrices[i].score);
    }
    QVERIFY(planUncertainty(stable, 0.5) <= 0.02);
    options.draws = stable.draws - 1;
    options.untilStable = 0;
    const auto one = scoreModel(*m_model, m_data, options, {});
    QVERIFY(planUncertainty(one, 0.5) > 0.02);
    options.draws = stable.draws;
    const auto all = scoreModel(*m_model, m_data, options, {});
    for (size_t i = 0; i < all.matrices.size(); ++i)
      QVERIFY(std::abs(all.matrices[i].score / stable.matrices[i].score - 1) < 1e-12);
  }
};

QTEST_APPLESS_MAIN(ResumeTest)
#include "resume_test.moc"
