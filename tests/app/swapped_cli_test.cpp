// Files that were swapped between the steps of a job: of another model, of other data. Each is told or
// refused in one sentence, and nothing is written.
#include <QtTest/QtTest>

#include "core/samples/sample_folder.h"

class SwappedCliTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  QString path(const char* name) const { return m_dir.filePath(name); }
  static QString sample(const char* part) {
    return QString::fromStdString((espalier::sampleFolder() / part).string());
  }
  static QString clip(const char* part) {
    return QString::fromStdString((espalier::sampleFolder().parent_path() / "sample-clip" / part).string());
  }

  struct Result {
    int status = -1;
    QString error, output;
  };
  static Result run(const QStringList& arguments) {
    QProcess p;
    p.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli", arguments);
    p.waitForFinished(240'000);
    return {p.exitStatus() == QProcess::NormalExit ? p.exitCode() : -1, p.readAllStandardError(),
            p.readAllStandardOutput()};
  }
  static void verifyRefused(const Result& r, const QStringList& words) {
    QVERIFY2(r.status == 1, qPrintable(r.error));
    for (const auto& word : words) QVERIFY2(r.error.contains(word), qPrintable(r.error));
    QCOMPARE(r.error.count("espalier-cli: "), 1);
  }
  void write(const char* name, const QByteArray& content) const {
    QFile f(path(name));
    QVERIFY(f.open(QIODevice::WriteOnly));
    f.write(content);
  }
  // Two questions about one picture of the sample.
  void writePairs(const char* name, const char* question) const {
    QVERIFY(QDir().mkpath(path(name)));
    const auto picture = QDir(sample("pairs")).entryList({"*.png", "*.jpg"}).first();
    QVERIFY(QFile::copy(sample("pairs") + "/" + picture, path(name) + "/a.png"));
    QByteArray lines;
    for (const char* answer : {"red", "blue"})
      lines += QString("{\"file_name\": \"a.png\", \"question\": \"%1\", \"answer\": \"%2\"}\n")
                   .arg(question, answer)
                   .toUtf8();
    write(qPrintable(QString(name) + "/metadata.jsonl"), lines);
  }

 private Q_SLOTS:
  void initTestCase() {
    for (const auto& [scores, model, data] :
         {std::tuple{"scores.json", sample("model"), sample("calibration")},
          std::tuple{"clip-scores.json", clip("model"), sample("calibration")}})
      QCOMPARE(run({"score", model, "--data", data, "--method", "magnitude", "--out", path(scores)}).status,
               0);
    for (const auto& [plan, scores, target] :
         {std::tuple{"half.json", "scores.json", "0.5"}, std::tuple{"third.json", "scores.json", "0.3"},
          std::tuple{"clip.json", "clip-scores.json", "0.5"}})
      QCOMPARE(run({"allocate", path(scores), "--target", target, "--out", path(plan)}).status, 0);
    for (const auto& [out, plan] : {std::pair{"half", "half.json"}, std::pair{"third", "third.json"}})
      QCOMPARE(run(pruning(plan, out)).status, 0);
  }
  QStringList pruning(const char* plan, const char* out) const {
    return {"prune",       sample("model"), "--plan", path(plan), "--data", sample("calibration"),
            "--criterion", "magnitude",     "--out",  path(out)};
  }

  void evaluationsOfOtherData() {
    writePairs("one", "what colour is it?");
    writePairs("same", "what colour is it?");
    writePairs("other", "how many are there?");
    for (const char* name : {"one", "same", "other"})
      QCOMPARE(run({"evaluate", sample("model"), "--data", path(name), "--out", path(name) + ".json"}).status,
               0);
    QCOMPARE(run({"compare", path("one.json"), path("same.json")}).status, 0);
    verifyRefused(run({"compare", path("one.json"), path("other.json")}),
                  {"one.json", "other.json", "not of the same"});
  }

  void evaluationsOfAnotherModel() {
    writePairs("asked", "what colour is it?");
    QCOMPARE(
        run({"evaluate", path("half"), "--data", path("asked"), "--out", path("half-answers.json")}).status,
        0);
    verifyRefused(
        run({"runs", path("runs.json"), "--add", path("third"), "--answers", path("half-answers.json")}),
        {"half-answers.json", "third", "half"});
    QVERIFY(!QFile::exists(path("runs.json")));
    QCOMPARE(run({"runs", path("runs.json"), "--add", path("half"), "--answers", path("half-answers.json")})
                 .status,
             0);
    // A copy is the same model wherever it lies.
    QProcess copy;
    copy.start("cp", {"-r", path("half"), path("copied")});
    QVERIFY(copy.waitForFinished() && copy.exitCode() == 0);
    QCOMPARE(run({"runs", path("runs.json"), "--add", path("copied"), "--answers", path("half-answers.json")})
                 .status,
             0);
  }

  void measurementsOfAnotherModel() {
    const auto measured = run({"measure", path("half"), "--repeats", "1", "--tokens", "2", "--json"});
    QCOMPARE(measured.status, 0);
    write("half-measured.json", measured.output.toUtf8());
    QCOMPARE(run({"runs", path("m.json"), "--add", path("half"), "--measurement", path("half-measured.json")})
                 .status,
             0);
    const auto packed = run({"pack", path("third"), "--out", path("packed")});
    QCOMPARE(packed.status, 0);
    verifyRefused(
        run({"runs", path("m.json"), "--add", path("packed"), "--measurement", path("half-measured.json")}),
        {"half-measured.json", "packed"});
  }

  void plansOfOtherModels() {
    verifyRefused(run(pruning("clip.json", "never")), {"no prunable matrix"});
    QVERIFY(!QFile::exists(path("never")));
    // The same names, other sizes.
    QFile file(path("half.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    auto plan = QJsonDocument::fromJson(file.readAll()).object();
    auto groups = plan["groups"].toArray();
    auto first = groups[0].toObject();
    first["parameters"] = first["parameters"].toInt() * 4;
    groups[0] = first;
    plan["groups"] = groups;
    write("large.json", QJsonDocument(plan).toJson());
    const auto r = run(pruning("large.json", "told"));
    QCOMPARE(r.status, 0);
    QVERIFY2(r.error.contains("made for another model") && r.error.contains(first["name"].toString()),
             qPrintable(r.error));
    QVERIFY(!run(pruning("half.json", "untold")).error.contains("another model"));
  }

  // The other one finds pictures by texts where this one answers: two numbers of two things are no before and
  // after.
  void baselinesOfOthers() {
    verifyRefused(run({"evaluate", path("half"), "--data", sample("pairs"), "--samples", "1", "--baseline",
                       clip("model")}),
                  {"--baseline", "retrieval", "vqa"});
  }

  void denseModelsOfOthers() {
    verifyRefused(run({"recover", path("half"), "--dense", clip("model"), "--data", sample("calibration"),
                       "--out", path("never")}),
                  {"family"});
    QVERIFY(!QFile::exists(path("never")));
  }
};

QTEST_APPLESS_MAIN(SwappedCliTest)
#include "swapped_cli_test.moc"
