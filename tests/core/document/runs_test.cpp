// The table of runs: what it keeps, which are the best, and what it says about files it cannot read.
#include "core/document/runs.h"

#include <QtTest/QtTest>
#include <thread>

#include "core/base/file.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

namespace {

Run runOf(const std::string& id, double sparsity, int64_t bytes, int64_t right, double perSecond = 0) {
  Run run;
  run.id = id, run.name = "run " + id, run.criterion = "wanda", run.sparsity = sparsity;
  run.fileBytes = bytes, run.denseBytes = 2 * bytes;
  run.data = "pairs", run.right = right, run.total = 10;
  if (perSecond > 0) {
    run.measured.emplace();
    run.measured->unit = "tokens";
    run.measured->perSecond = {perSecond, perSecond, perSecond};
  }
  return run;
}

std::vector<std::string> idsOf(const RunsTable& table, RunCost cost) {
  std::vector<std::string> out;
  for (const auto i : paretoFront(table, cost)) out.push_back(table.runs[i].id);
  return out;
}

}  // namespace

class RunsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  std::filesystem::path path(const std::string& name) const {
    return m_dir.path().toStdString() + "/" + name;
  }

 private Q_SLOTS:
  void theFrontHoldsWhatNothingBeats() {
    RunsTable table;
    table.runs = {runOf("dense", 0, 100, 9, 5), runOf("half", 0.5, 50, 9, 10),
                  runOf("worse", 0.55, 50, 8, 10), runOf("small", 0.8, 20, 4, 4)};
    auto elsewhere = runOf("elsewhere", 0.9, 10, 10);
    elsewhere.data = "other pairs";
    auto unknown = runOf("unknown", 0.99, 1, 0);
    unknown.right.reset();
    table.runs.push_back(elsewhere);
    table.runs.push_back(unknown);
    QCOMPARE(idsOf(table, RunCost::Bytes), (std::vector<std::string>{"half", "small", "elsewhere"}));
    QCOMPARE(idsOf(table, RunCost::KeptWeights),
             (std::vector<std::string>{"half", "worse", "small", "elsewhere"}));
    QCOMPARE(idsOf(table, RunCost::SecondsForEach), (std::vector<std::string>{"half"}));
    // Equal ones do not beat each other.
    table.runs = {runOf("a", 0.5, 50, 9), runOf("b", 0.5, 50, 9)};
    QCOMPARE(idsOf(table, RunCost::Bytes), (std::vector<std::string>{"a", "b"}));
  }

  void aTableComesBack() {
    RunsTable table;
    auto run = runOf("a", 0.6, 1000, 7, 12.5);
    run.recovery = "rebuild", run.plan = {{"block.0", 0.6}}, run.seconds = 3.5;
    run.notes = "with, \"quotes\"", run.tags = {"one", "two"};
    run.measured->heldBytes = 5, run.measured->float32Bytes = 10, run.measured->matrices = 3;
    run.unknown = {{"newer", 1}};
    table.runs = {run, runOf("b", 0, 2000, 9)};
    table.runs[1].right.reset();
    table.unknown = {{"newest", true}};
    writeRuns(path("runs.json"), table);
    const auto back = readRuns(path("runs.json"));
    QCOMPARE(back.runs.size(), size_t(2));
    const auto& a = back.runs[0];
    QCOMPARE(a.plan, run.plan);
    QCOMPARE(*a.seconds, 3.5);
    QCOMPARE(*a.accuracy(), 0.7);
    QCOMPARE(a.tags, run.tags);
    QCOMPARE(a.measured->perSecond.median, 12.5);
    QCOMPARE(a.measured->heldShare(), 0.5);
    QVERIFY(!back.runs[1].accuracy() && !back.runs[1].measured);
    // Again, to the byte, with what a newer program wrote.
    writeRuns(path("again.json"), back);
    QCOMPARE(readTextFile(path("again.json")), readTextFile(path("runs.json")));
    QVERIFY(readTextFile(path("again.json")).find("newest") != std::string::npos);
    const auto csv = toCsv(back);
    QVERIFY2(csv.find("a,run a,wanda,rebuild,0.6,7,10,0.7,") != std::string::npos, csv.c_str());
    QVERIFY2(csv.find(",12.5,tokens,3.5,one two,\"with, \"\"quotes\"\"\"\r\n") != std::string::npos,
             csv.c_str());
    QCOMPARE(std::count(csv.begin(), csv.end(), '\n'), std::ptrdiff_t(3));
  }

  // Answers pair by pair say whether two runs part by more than chance; those that cannot be are refused.
  void answersComeBackAndAreCompared() {
    RunsTable table;
    for (const char* id : {"a", "b"}) {
      auto run = runOf(id, 0.5, 1000, 0);
      run.from = "/models/dense";
      run.answers = {true, true, true, true, true, true, true, false, true, false};
      if (run.id == "b") run.answers = {false, false, true, false, false, false, false, true, true, false};
      run.right = std::count(run.answers.begin(), run.answers.end(), true);
      table.runs.push_back(run);
    }
    writeRuns(path("answers.json"), table);
    const auto back = readRuns(path("answers.json"));
    QVERIFY(back.runs[1].answers == table.runs[1].answers);
    QCOMPARE(back.runs[0].from, std::string("/models/dense"));
    const auto difference = differenceOf(back.runs[0], back.runs[1]);
    QVERIFY(difference);
    QCOMPARE(difference->onlyFirst, int64_t(6));
    QCOMPARE(difference->onlySecond, int64_t(1));
    QCOMPARE(difference->chance, 2.0 * 8 / 128);  // of 7: none or one, on either side
    auto elsewhere = back.runs[1];
    elsewhere.data = "others";
    QVERIFY(!differenceOf(back.runs[0], elsewhere));
    for (const auto& [key, value] : std::vector<std::pair<std::string, nlohmann::json>>{
             {"answers", "1101x"}, {"answers", "11"}, {"right", 3}}) {
      auto json = toJson(back.runs[0]);
      json[key] = value;
      const auto said = errorOf([&] { runFromJson(json, "run 1 of x.json"); });
      QVERIFY2(said.contains("run 1 of x.json has \"answers\""), qPrintable(said));
    }
  }

  // Runs that are added at once are all there: none is written over by who read the table before.
  void whatIsAddedAtOnceIsAllThere() {
    constexpr int kAtOnce = 6;
    std::vector<std::thread> threads;
    for (int i = 0; i < kAtOnce; ++i)
      threads.emplace_back([&, i] {
        for (int k = 0; k < 3; ++k)
          changeRuns(path("shared.json"), [&](RunsTable& table) {
            table.put(runOf("r" + std::to_string(10 * i + k), 0.5, 1000, 5));
          });
      });
    for (auto& thread : threads) thread.join();
    QCOMPARE(readRuns(path("shared.json")).runs.size(), size_t(3 * kAtOnce));
    QVERIFY(!std::filesystem::exists(path("shared.json").string() + ".lock"));
  }

  void aRunIsThereOnce() {
    RunsTable table;
    auto first = runOf("a", 0.6, 1000, 7, 12);
    first.notes = "mine", first.tags = {"kept"};
    table.put(first);
    auto again = runOf("a", 0.6, 900, 8);
    table.put(again);
    QCOMPARE(table.runs.size(), size_t(1));
    QCOMPARE(table.runs[0].fileBytes, int64_t(900));
    QCOMPARE(*table.runs[0].right, int64_t(8));
    QCOMPARE(table.runs[0].notes, std::string("mine"));
    QCOMPARE(table.runs[0].tags, std::vector<std::string>{"kept"});
    QCOMPARE(table.runs[0].measured->perSecond.median, 12.0);
    RunsTable other;
    other.runs = {runOf("a", 0.1, 1, 1), runOf("b", 0.2, 2, 2)};
    QCOMPARE(table.take(other), int64_t(1));
    QCOMPARE(table.runs.size(), size_t(2));
    QCOMPARE(table.runs[0].fileBytes, int64_t(900));
  }

  void badTablesAreNamed_data() {
    QTest::addColumn<QString>("content");
    QTest::addColumn<QString>("told");
    const QString head = R"({"format": "espalier/runs", "version": 1, "runs": [)";
    const QString run = R"("id": "a", "sparsity": 0.5, "fileBytes": 1, "denseBytes": 2)";
    QTest::newRow("no list") << R"({"format": "espalier/runs", "version": 1})"
                             << "has no \"runs\"";
    QTest::newRow("newer") << R"({"format": "espalier/runs", "version": 2, "runs": []})"
                           << "version";
    QTest::newRow("another kind") << R"({"format": "espalier/plan", "version": 1})"
                                  << "espalier/runs";
    QTest::newRow("no id") << head + R"({"sparsity": 0.5}]})"
                           << "run 1 of";
    QTest::newRow("tag") << head + "{" + run + R"(, "tags": [3]}]})"
                         << "a tag that is no text: 3";
    QTest::newRow("more right than pairs") << head + "{" + run + R"(, "right": 3, "total": 2}]})"
                                           << "3 right of 2 pairs";
    QTest::newRow("count") << head + "{" + run + R"(, "right": 9223372036854775808, "total": 2}]})"
                           << "a whole number was expected";
    const QString spread = R"({"median": 1, "least": 1, "most": 1})";
    QTest::newRow("cut count") << head + "{" + run +
                                      R"(, "measured": {"processor": "", "threads": 2.5, "model": "",
      "fileBytes": 1, "denseBytes": 1, "sparsity": 0, "openSeconds": )" +
                                      spread + R"(, "firstSeconds": )" + spread +
                                      R"(, "peakBytes": 1, "unit": "texts", "perSecond": )" + spread + "}}]}"
                               << "type must be a whole number in range, but is number";
    QTest::newRow("measurement") << head + "{" + run + R"(, "measured": {"threads": 2}}]})"
                                 << "a measurement that cannot be read";
  }
  void badTablesAreNamed() {
    QFETCH(QString, content);
    QFETCH(QString, told);
    writeFileAtomically(path("bad.json"), content.toStdString());
    const auto sentence = errorOf([&] { readRuns(path("bad.json")); });
    QVERIFY2(sentence.contains(told) && sentence.contains("bad.json"), qPrintable(sentence));
  }

  void anEvaluationWithAStrangeNameOfItsDataIsNamed() {
    writeFileAtomically(
        path("answers.json"),
        R"({"format": "espalier/evaluation", "version": 1, "seconds": 1, "pairs": [], "data": 5})");
    Run run;
    const auto sentence = errorOf([&] { addEvaluation(run, path("answers.json")); });
    QVERIFY2(sentence.contains("answers.json has \"data\": 5; a text was expected"), qPrintable(sentence));
  }

  void whatIsNoPrunedModelIsNamed() {
    const auto sentence = errorOf([&] { runOfFolder(m_dir.path().toStdString()); });
    QVERIFY2(sentence.contains("holds no espalier-recipe.json"), qPrintable(sentence));
  }
};

QTEST_APPLESS_MAIN(RunsTest)
#include "runs_test.moc"
