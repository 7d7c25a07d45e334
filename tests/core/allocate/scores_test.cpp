#include "core/allocate/scores.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <limits>

#include "core/base/error.h"
#include "core/base/file.h"

using namespace espalier;
using nlohmann::json;

namespace {

Scores sample() {
  Scores s;
  s.method = "zeroth-order";
  s.model = "blip2-tiny";
  s.data = "pairs.jsonl";
  s.samples = 32;
  s.batchSize = 8;
  s.draws = 2;
  s.eps = 1e-3;
  s.seed = std::numeric_limits<uint64_t>::max();
  s.matrices = {{"vision.0.fc1.weight", "vision.0", "vision", 4096, 0.1 + 0.2, 1e-17, json::object()},
                {"text.0.q.weight", "text.0", "text", int64_t(1) << 40, 0, 0, json::object()}};
  return s;
}

}  // namespace

class ScoresTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir m_folder;
  std::filesystem::path at(const char* name) const { return m_folder.filePath(name).toStdString(); }

  std::string refusal(const json& file) const {
    writeFileAtomically(at("bad.json"), file.dump());
    try {
      readScores(at("bad.json"));
    } catch (const Error& e) {
      return e.what();
    }
    return {};
  }

 private Q_SLOTS:
  void roundTrip() {
    const Scores s = sample();
    writeScores(at("s.json"), s);
    const Scores r = readScores(at("s.json"));
    QCOMPARE(r.method, s.method);
    QCOMPARE(r.model, s.model);
    QCOMPARE(r.data, s.data);
    QCOMPARE(r.samples, s.samples);
    QCOMPARE(r.batchSize, s.batchSize);
    QCOMPARE(r.draws, s.draws);
    QCOMPARE(r.eps, s.eps);
    QCOMPARE(r.seed, s.seed);
    QCOMPARE(r.matrices.size(), s.matrices.size());
    for (size_t i = 0; i < r.matrices.size(); ++i) {
      QCOMPARE(r.matrices[i].matrix, s.matrices[i].matrix);
      QCOMPARE(r.matrices[i].block, s.matrices[i].block);
      QCOMPARE(r.matrices[i].component, s.matrices[i].component);
      QCOMPARE(r.matrices[i].parameters, s.matrices[i].parameters);
      QVERIFY(r.matrices[i].score == s.matrices[i].score);
      QVERIFY(r.matrices[i].standardError == s.matrices[i].standardError);
    }
    QVERIFY(r.extra.empty());
    const json file = readJsonFile(at("s.json"));
    QCOMPARE(file["format"].get<std::string>(), "espalier/scores");
    QCOMPARE(file["version"].get<int>(), 1);
  }

  void unknownKeysAreKept() {
    writeScores(at("s.json"), sample());
    json file = readJsonFile(at("s.json"));
    file["comment"] = {{"by", "someone"}};
    file["matrices"][0]["per_batch"] = {1, 2, 3};
    writeFileAtomically(at("s.json"), file.dump());
    writeScores(at("t.json"), readScores(at("s.json")));
    QVERIFY(readJsonFile(at("t.json")) == file);
  }

  void otherFilesAreRefused() {
    writeScores(at("s.json"), sample());
    const json good = readJsonFile(at("s.json"));
    json file = good;
    file["version"] = 2;
    QVERIFY(QString::fromStdString(refusal(file)).contains("version 2"));
    file = good;
    file["format"] = "espalier/plan";
    QVERIFY(QString::fromStdString(refusal(file)).contains("espalier/plan"));
    file = good;
    file.erase("matrices");
    QVERIFY(QString::fromStdString(refusal(file)).contains("\"matrices\""));
    file = good;
    file["matrices"][1]["score"] = nullptr;  // what a NaN becomes in JSON
    QVERIFY(QString::fromStdString(refusal(file)).contains("matrix 1"));
    file["matrices"][1]["score"] = -1;
    QVERIFY(QString::fromStdString(refusal(file)).contains("text.0.q.weight"));
    file = good;
    file["matrices"][1]["matrix"] = "vision.0.fc1.weight";
    QVERIFY(QString::fromStdString(refusal(file)).contains("two scores"));
    file = good;
    file["matrices"][0]["parameters"] = 0;
    QVERIFY(QString::fromStdString(refusal(file)).contains("no weights"));
    file["matrices"][0]["parameters"] = INT64_MAX;
    QVERIFY(QString::fromStdString(refusal(file)).contains("more than 1125899906842624 weights"));
    file = good;
    file["samples"] = "many";
    QVERIFY(QString::fromStdString(refusal(file)).contains("many"));
    file = good;
    file["matrices"][0] = 3;
    QVERIFY(!refusal(file).empty());
    QVERIFY_EXCEPTION_THROWN(readScores(at("missing.json")), Error);
  }

  void numbersThatMeanNothingAreNotWritten() {
    for (double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -1.0}) {
      Scores s = sample();
      s.matrices[0].score = bad;
      QVERIFY_EXCEPTION_THROWN(writeScores(at("n.json"), s), Error);
      QVERIFY(!std::filesystem::exists(at("n.json")));
    }
  }
};

QTEST_APPLESS_MAIN(ScoresTest)
#include "scores_test.moc"
