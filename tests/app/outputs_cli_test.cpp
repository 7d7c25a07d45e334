// Where espalier-cli writes to: standard output that is lost, foreign files with a journal's name, two at
// once.
#include <signal.h>
#include <QtTest/QtTest>

#include "core/samples/sample_folder.h"

class OutputsCliTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  QString path(const char* name) const { return m_dir.filePath(name); }
  QString sample(const char* part) const {
    return QString::fromStdString((espalier::sampleFolder() / part).string());
  }
  static QString program() { return QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli"; }

  struct Result {
    int status = -1;
    QByteArray error;
  };
  static Result run(const QStringList& arguments, const QString& output = {}) {
    QProcess p;
    if (!output.isEmpty()) p.setStandardOutputFile(output);
    p.start(program(), arguments);
    p.waitForFinished(240'000);
    return {p.exitStatus() == QProcess::NormalExit ? p.exitCode() : -1, p.readAllStandardError()};
  }
  static QByteArray contentOf(const QString& file) {
    QFile f(file);
    return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
  }
  static void write(const QString& file, const QByteArray& content) {
    QFile f(file);
    QVERIFY(f.open(QIODevice::WriteOnly));
    f.write(content);
  }
  // Takes a moment: no forward passes.
  QStringList scoring(const QString& out) const {
    return {"score", sample("model"), "--data", sample("calibration"), "--method", "magnitude", "--out", out};
  }
  // Has a journal, a line for each of its blocks.
  QStringList longScoring(const QString& out, const char* seed) const {
    return {"score",        sample("model"),
            "--data",       sample("calibration"),
            "--samples",    "4",
            "--batch-size", "2",
            "--seed",       seed,
            "--out",        out};
  }

 private Q_SLOTS:
  void lostOutputIsAFailure() {
    for (const QStringList& arguments :
         {QStringList{"--help"}, QStringList{"info", sample("model")}, scoring(path("scores.json"))}) {
      const auto r = run(arguments, "/dev/full");
      QCOMPARE(r.status, 1);
      QVERIFY2(r.error.contains("standard output"), r.error.constData());
    }
    QVERIFY(QFile::exists(path("scores.json")));
    // Closed altogether: nothing is printed into a file that took its number.
    QProcess closed;
    closed.start("bash",
                 {"-c", "exec 0<&- 1>&-; exec \"$0\" \"$@\"", program(), "score", sample("model"), "--data",
                  sample("calibration"), "--method", "magnitude", "--out", path("closed.json")});
    QVERIFY(closed.waitForFinished(60'000));
    QCOMPARE(closed.exitCode(), 1);
    QVERIFY(closed.readAllStandardError().contains("standard output"));
    QCOMPARE(QJsonDocument::fromJson(contentOf(path("closed.json")))["format"].toString(),
             QString("espalier/scores"));
    // A pipe whose reader has gone, with the signal ignored as some programs that start others have it.
    QProcess shell;
    shell.start("bash", {"-c", "trap '' PIPE; (\"$0\" info \"$1\"; echo $? > \"$2\") | exec true; sleep 0.1",
                         program(), sample("model"), path("status")});
    QVERIFY(shell.waitForFinished(60'000));
    QVERIFY2(contentOf(path("status")).trimmed() == "1", contentOf(path("status")).constData());
  }

  void devicesAndLinks() {
    QCOMPARE(run(scoring("/dev/null")).status, 0);
    QVERIFY(!QFile::exists("/dev/null.journal"));
    QCOMPARE(run(scoring("/dev/full")).status, 1);
    write(path("target"), "old");
    QVERIFY(QFile::link("target", path("link")));
    QCOMPARE(run(scoring(path("link"))).status, 0);
    QVERIFY(QFileInfo(path("link")).isSymLink());
    QVERIFY(contentOf(path("target")).contains("espalier/scores"));
  }

  void foreignJournalsStay() {
    write(path("mine.json.journal"), "dear diary\n");
    auto r = run(scoring(path("mine.json")));
    QCOMPARE(r.status, 0);  // needs no journal
    r = run(longScoring(path("mine.json"), "0"));
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("mine.json.journal"), r.error.constData());
    r = run(longScoring(path("mine.json"), "0") << "--restart");
    QCOMPARE(r.status, 1);
    QCOMPARE(contentOf(path("mine.json.journal")), QByteArray("dear diary\n"));

    QVERIFY(QDir().mkpath(path("pruned.journal/photos")));
    QCOMPARE(run({"allocate", path("scores.json"), "--target", "0.5", "--out", path("plan.json")}).status, 0);
    r = run({"prune", sample("model"), "--plan", path("plan.json"), "--data", sample("calibration"),
             "--criterion", "magnitude", "--out", path("pruned")});
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("pruned.journal"), r.error.constData());
    QVERIFY(QFile::exists(path("pruned.journal/photos")));
  }

  // Folders that commands write several files into may hold someone else's of the same names.
  void foreignResultsStay() {
    QVERIFY(QDir().mkpath(path("notes/model")));
    for (const char* name :
         {"notes/results.json", "notes/results.md", "notes/scores.json", "notes/model/config.json"})
      write(path(name), "mine");
    const auto study = [&](const char* out) {
      return QStringList{"study",        sample("model"),
                         "--data",       sample("calibration"),
                         "--methods",    "Uniform magnitude",
                         "--sparsities", "0.5",
                         "--seeds",      "0",
                         "--out",        path(out)};
    };
    auto r = run(study("notes"));
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("notes/results.json"), r.error.constData());
    QVERIFY(QFile::remove(path("notes/results.json")));
    r = run(study("notes"));
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("notes/results.md"), r.error.constData());
    r = run({"run", "--sample", "--work", path("notes")});
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("notes/scores.json") && r.error.contains("not made by a recipe"),
             r.error.constData());
    for (const QStringList& more : {QStringList(), QStringList{"--emoji"}, QStringList{"--conversations"},
                                    QStringList{"--scenes", "test", "--pictures", "1"}}) {
      r = run(QStringList{"sample", path("notes")} + more);
      QCOMPARE(r.status, 1);
      QVERIFY2(r.error.contains("is there already"), r.error.constData());
    }
    for (const char* name : {"notes/results.md", "notes/scores.json", "notes/model/config.json"})
      QCOMPARE(contentOf(path(name)), QByteArray("mine"));
    QCOMPARE(QDir(path("notes")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
             QStringList({"model", "results.md", "scores.json"}));
    // A sparsity that is none is refused before the others are measured.
    auto odd = study("odd");
    odd[6] = "0.5,1.5";
    r = run(odd);
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("1.5"), r.error.constData());
    QVERIFY(!QFile::exists(path("odd")));
  }

  // A disk that fills while a folder is written: nothing half written stays, and the same command can be
  // given again.
  void halfAFolderDoesNotStay() {
    for (const QStringList& command :
         {QStringList{"sample", path("half")}, QStringList{"sample", path("half"), "--conversations"},
          QStringList{"synth", "t5-512", "--out", path("half")}}) {
      QProcess limited;
      limited.start("bash", QStringList{"-c", "ulimit -f 100; exec \"$0\" \"$@\"", program()} + command);
      QVERIFY(limited.waitForFinished(60'000));
      QCOMPARE(limited.exitCode(), 1);
      const auto error = limited.readAllStandardError();
      QVERIFY2(error.contains("larger than this file system or a limit allows"), error.constData());
      QVERIFY2(!QFile::exists(path("half")), qPrintable(command.join(' ')));
    }
    QCOMPARE(run({"sample", path("half")}).status, 0);
    QVERIFY(QFile::exists(path("half/model/model.safetensors")));
  }

  // What no machine has room for is refused, and a ceiling below what the program itself takes is told.
  void numbersBeyondAnyMachine() {
    auto r = run(longScoring(path("many.json"), "0") << "--draws"
                                                     << "1000000000");
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("--draws is 1000000000"), r.error.constData());
    r = run(QStringList{"--memory", "1K"} + scoring(path("small.json")));
    QCOMPARE(r.status, 0);
    QVERIFY2(r.error.contains("the ceiling cannot be kept"), r.error.constData());
    QVERIFY(!run(QStringList{"--memory", "2G"} + scoring(path("small.json"))).error.contains("ceiling"));
  }

  // A job that is refused leaves neither a journal nor a folder.
  void refusalsLeaveNothing() {
    QTemporaryDir folder;
    const auto in = [&](const char* name) { return folder.filePath(name); };
    QCOMPARE(run(scoring(in("scores.json"))).status, 0);
    QCOMPARE(run({"allocate", in("scores.json"), "--target", "0.5", "--out", in("plan.json")}).status, 0);
    write(in("training.json"), "{}");
    // A part of a block's heads or neurons alone: the pattern units prunes them together.
    auto half = QJsonDocument::fromJson(contentOf(in("plan.json"))).object();
    auto groups = half["groups"].toArray();
    auto group = groups[0].toObject();
    auto matrices = group["matrices"].toArray();
    matrices.removeLast();
    group["matrices"] = matrices;
    groups[0] = group;
    half["groups"] = groups;
    write(in("half.json"), QJsonDocument(half).toJson());
    const auto before = QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden);
    const QStringList pruning{"prune", sample("model"), "--data", sample("calibration"),
                              "--out", in("pruned")};
    const QStringList cases[] = {pruning + QStringList{"--plan", in("half.json"), "--pattern", "units"},
                                 pruning + QStringList{"--plan", in("plan.json"), "--pattern", "3:7"},
                                 {"recover", sample("model"), "--data", sample("calibration"), "--method",
                                  "bias", "--out", in("pruned")},
                                 {"study", sample("model"), "--data", sample("calibration"), "--methods",
                                  "nothing", "--out", in("study")},
                                 {"train", in("training.json"), "--out", in("trained")},
                                 {"score", sample("model"), "--data", sample("calibration"), "--samples", "0",
                                  "--out", in("more.json")}};
    for (const auto& arguments : cases) {
      const auto r = run(arguments);
      QVERIFY2(r.status == 1 || r.status == 2, qPrintable(arguments.join(' ') + ": " + r.error));
      const auto after = QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden);
      QVERIFY2(after == before, qPrintable(arguments.join(' ') + " left " + after.join(' ')));
    }
  }

  // A result never takes the place of what is read, nor of a result of another kind.
  void whatIsReadStays() {
    QCOMPARE(run(scoring(path("read.json"))).status, 0);
    const auto scores = contentOf(path("read.json"));
    QVERIFY(QFile::link(path("read.json"), path("link.json")));
    QVERIFY(QDir(m_dir.path()).mkdir("folder"));
    write(path("folder/metadata.jsonl"), "{\"text\": \"a\"}\n");
    write(path("folder/config.json"), "{}");
    QVERIFY(QFile::link(sample("model") + "/model.safetensors", path("folder/model.safetensors")));
    const std::pair<QStringList, const char*> cases[] = {
        {{"allocate", path("read.json"), "--out", path("read.json")}, "is the file that is read"},
        {{"allocate", path("read.json"), "--out", path("link.json")}, "is the file that is read"},
        {{"allocate", path("read.json"), "--out", path("p.json"), "--yaml", path("read.json")},
         "is the file that is read"},
        {{"allocate", path("read.json"), "--out", path("p.json"), "--yaml", path("./p.json")},
         "is what --out names, too"},
        {{"score", path("folder"), "--data", path("folder"), "--out", path("folder/config.json")},
         "is a file of the folder that is read"},
        {{"evaluate", path("folder"), "--data", path("folder"), "--out", path("folder/metadata.jsonl")},
         "is a file of the folder that is read"},
        {{"evaluate", path("folder"), "--data", path("folder/metadata.jsonl"), "--out", path("read.json")},
         "holds \"espalier/scores\""},
        {{"forward", path("folder"), "--inputs", path("folder/config.json"), "--out",
          path("folder/model.safetensors")},
         "is a file of the folder that is read"},
        {{"score", path("folder"), "--data", path("folder"), "--out", ""}, "--out is empty"},
        {{"study", path("folder"), "--data", path("folder"), "--test", "", "--out", path("study")},
         "--test is empty"},
        {{"info", ""}, "MODEL is empty"},
        {{"sample", ""}, "FOLDER is empty"}};
    for (const auto& [arguments, said] : cases) {
      const auto r = run(arguments);
      QVERIFY2(r.status == 2 && r.error.contains(said),
               qPrintable(arguments.join(' ') + ": " + QString::fromUtf8(r.error)));
    }
    QCOMPARE(contentOf(path("read.json")), scores);
    QCOMPARE(contentOf(path("folder/config.json")), QByteArray("{}"));
    QVERIFY(!QFile::exists(path("p.json")));
    // The same result again may take its own place.
    QCOMPARE(run(scoring(path("read.json"))).status, 0);
  }

  void twoAtOnce() {
    QProcess first;
    first.start(program(), longScoring(path("both.json"), "0"));
    for (int i = 0; i < 60'000 && contentOf(path("both.json.journal")).count('\n') < 2; ++i) QTest::qSleep(1);
    // Held where it is, so that it is at work for as long as the others take.
    QCOMPARE(::kill(pid_t(first.processId()), SIGSTOP), 0);
    const auto journal = contentOf(path("both.json.journal"));
    for (const char* seed : {"0", "1"}) {
      const auto r = run(longScoring(path("both.json"), seed));
      QCOMPARE(r.status, 1);
      QVERIFY2(r.error.contains("in use by process " + QByteArray::number(first.processId()) + " on "),
               r.error.constData());
    }
    QVERIFY(contentOf(path("both.json.journal")).startsWith(journal));
    first.terminate();
    QCOMPARE(::kill(pid_t(first.processId()), SIGCONT), 0);
    QVERIFY(first.waitForFinished());
    QCOMPARE(first.exitCode(), 130);
    QVERIFY(QFile::exists(path("both.json.journal")));
    QVERIFY(!QFile::exists(path("both.json.journal.lock")));
  }

  void seedsAreWholeNumbers() {
    for (const char* seed : {"-1", "-0", "1.5", "one", "99999999999999999999999"}) {
      auto r = run(scoring(path("seed.json")) << "--seed" << seed);
      QCOMPARE(r.status, 2);
      QVERIFY2(r.error.contains("--seed"), r.error.constData());
      r = run({"study", "--sample", "--out", path("study"), "--seeds", seed});
      QCOMPARE(r.status, 2);
    }
    QVERIFY(!QFile::exists(path("seed.json")));
  }

  // As in a script's background jobs.
  void ignoredSignalsStayIgnored() {
    QProcess shell;
    shell.start("bash", {"-c", "trap '' INT; echo; exec \"$0\" \"$@\"", program(), "info", "--system"});
    QVERIFY(shell.waitForReadyRead(60'000));  // the signal is ignored from here on
    for (int i = 0; i < 20 && shell.state() == QProcess::Running; ++i) {
      ::kill(pid_t(shell.processId()), SIGINT);
      QTest::qSleep(20);
    }
    QVERIFY(shell.waitForFinished(60'000));
    QCOMPARE(shell.exitStatus(), QProcess::NormalExit);
    QCOMPARE(shell.exitCode(), 0);
  }
};

QTEST_APPLESS_MAIN(OutputsCliTest)
#include "outputs_cli_test.moc"
