// espalier-cli as several processes: the same bytes as one, and one sentence where one of them is lost.
#include <signal.h>

#include <QtTest/QtTest>
#include <memory>

#include "core/base/json.h"
#include "core/base/processes.h"
#include "core/samples/sample_folder.h"

class ProcessesCliTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  QString path(const QString& name) const { return m_dir.filePath(name); }
  static QString sample(const char* part) {
    return QString::fromStdString((espalier::sampleFolder() / part).string());
  }
  static QString program() { return QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli"; }

  struct Ended {
    int code = -1;
    QString out, errors;
    int sentences() const { return int(errors.count("espalier-cli: ")); }
  };
  static Ended endOf(QProcess& p) {
    p.waitForFinished(240'000);
    return {p.exitStatus() == QProcess::NormalExit ? p.exitCode() : -1, p.readAllStandardOutput(),
            p.readAllStandardError()};
  }
  static Ended run(const QStringList& arguments) {
    QProcess p;
    p.start(program(), arguments);
    return endOf(p);
  }

  // One rank of a launch by hand.
  static std::unique_ptr<QProcess> startRank(int rank, int size, int port, const QStringList& arguments) {
    auto p = std::make_unique<QProcess>();
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("RANK", QString::number(rank));
    environment.insert("WORLD_SIZE", QString::number(size));
    environment.insert("MASTER_ADDR", "127.0.0.1");
    environment.insert("MASTER_PORT", QString::number(port));
    p->setProcessEnvironment(environment);
    p->start(program(), arguments);
    return p;
  }
  static int ownPort(int number) {
    return 20'000 + int(QCoreApplication::applicationPid() % 20'000) + number;
  }

  static QByteArray contentOf(const QString& file) {
    QFile f(file);
    return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
  }

  QStringList scoring(const QString& out, const QStringList& more = {}) const {
    return QStringList{"score", sample("model"), "--data", sample("calibration"), "--batch-size",
                       "2",     "--out",         path(out)} +
           (more.contains("--samples") ? QStringList() : QStringList{"--samples", "4"}) + more;
  }

  // The processes that `p` started.
  static QList<int> childrenOf(const QProcess& p) {
    const auto id = QByteArray::number(p.processId());
    QList<int> out;
    for (const auto& child : contentOf("/proc/" + id + "/task/" + id + "/children").split(' '))
      if (!child.trimmed().isEmpty()) out.append(child.toInt());
    return out;
  }

  // Starts two processes and waits until their journal has a step.
  bool startTwo(QProcess& p, const QStringList& arguments, const QString& journal) const {
    p.start(program(), arguments + QStringList{"--processes", "2", "--process-timeout", "4"});
    for (int i = 0; i < 24'000 && contentOf(journal).count('\n') < 2; ++i)
      if (p.waitForFinished(10)) return false;
    return childrenOf(p).size() == 2;
  }

 private Q_SLOTS:
  void scores_data() {
    QTest::addColumn<QStringList>("method");
    QTest::newRow("forward mode") << QStringList{"--method", "forward-mode", "--draws", "2"};
    QTest::newRow("zeroth order") << QStringList{"--method", "zeroth-order", "--draws", "2"};
    QTest::newRow("zeroth order, a batch more") << QStringList{"--method", "zeroth-order", "--samples", "6"};
    QTest::newRow("gradient") << QStringList{"--method", "exact-gradient"};
    QTest::newRow("forward mode and statistics") << QStringList{"--method", "forward-mode", "--statistics"};
  }
  void scores() {
    if (!espalier::canJoinProcesses()) return;
    QFETCH(QStringList, method);
    QCOMPARE(run(scoring("one.json", method)).code, 0);
    const auto one = contentOf(path("one.json"));
    QVERIFY(one.size() > 1000);
    for (const QStringList& more : {QStringList{"--processes", "2", "--threads", "1"},
                                    QStringList{"--processes", "3", "--memory", "80M"},
                                    QStringList{"--processes", "4", "--threads", "1"}}) {
      const auto ended = run(scoring("several.json", method + more));
      QVERIFY2(ended.code == 0, qPrintable(ended.errors));
      QVERIFY2(ended.errors.contains("Peak memory: rank 0 on "), qPrintable(ended.errors));
      QVERIFY(contentOf(path("several.json")) == one);
      QVERIFY(!QFile::exists(path("several.json.journal")));
    }
  }

  void pruned_data() {
    QTest::addColumn<QStringList>("options");
    QTest::newRow("wanda") << QStringList{"--criterion", "wanda"};
    QTest::newRow("sparsegpt") << QStringList{"--criterion", "sparsegpt"};
    QTest::newRow("dense inputs") << QStringList{"--criterion", "sparsegpt", "--inputs", "dense"};
    QTest::newRow("dense fit") << QStringList{"--criterion", "admm", "--fit", "dense"};
  }
  void pruned() {
    if (!espalier::canJoinProcesses()) return;
    QFETCH(QStringList, options);
    QCOMPARE(run(scoring("scores.json", {"--method", "magnitude"})).code, 0);
    QCOMPARE(run({"allocate", path("scores.json"), "--target", "0.5", "--out", path("plan.json")}).code, 0);
    const QString name = QTest::currentDataTag();
    const auto arguments = [&](const QString& out) {
      return QStringList{"prune",        sample("model"),
                         "--plan",       path("plan.json"),
                         "--data",       sample("calibration"),
                         "--samples",    "12",
                         "--batch-size", "2",
                         "--out",        path(out)} +
             options;
    };
    QCOMPARE(run(arguments(name + " one")).code, 0);
    for (const QStringList& more : {QStringList{"--processes", "2", "--threads", "1"},
                                    QStringList{"--processes", "3", "--memory", "80M"}}) {
      const QString out = name + more[1];
      const auto ended = run(arguments(out) + more);
      QVERIFY2(ended.code == 0, qPrintable(ended.errors));
      for (const char* file : {"/model.safetensors", "/espalier-recipe.json"})
        QVERIFY2(contentOf(path(out + file)) == contentOf(path(name + " one" + file)), file);
      QVERIFY(!QFile::exists(path(out + ".journal")));
    }
  }

  void evaluated() {
    if (!espalier::canJoinProcesses()) return;
    const auto arguments = [&](const QString& out) {
      return QStringList{"evaluate", sample("model"), "--data", sample("pairs"), "--samples",
                         "40",       "--out",         path(out)};
    };
    const auto resultOf = [&](const QString& out) {
      auto j = espalier::parseJson(contentOf(path(out)).toStdString(), out.toStdString());
      j.erase("seconds");
      return j;
    };
    QCOMPARE(run(arguments("answers.json")).code, 0);
    for (const char* processes : {"2", "3"}) {
      const auto ended = run(arguments("shared.json") << "--processes" << processes << "--threads"
                                                      << "1");
      QVERIFY2(ended.code == 0, qPrintable(ended.errors));
      QVERIFY(resultOf("shared.json") == resultOf("answers.json"));
    }
  }

  void studied() {
    if (!espalier::canJoinProcesses()) return;
    const auto arguments = [&](const QString& out) {
      return QStringList{"study",
                         "--sample",
                         "--pictures",
                         "8",
                         "--sparsities",
                         "0,0.5",
                         "--seeds",
                         "0,1",
                         "--methods",
                         "Uniform Wanda",
                         "Uniform magnitude",
                         "--samples",
                         "4",
                         "--prune-samples",
                         "8",
                         "--out",
                         path(out)};
    };
    const auto pointsOf = [&](const QString& out) {
      auto points =
          espalier::parseJson(contentOf(path(out + "/results.json")).toStdString(), "results").at("points");
      for (auto& point : points) point.erase("seconds");
      return points;
    };
    QCOMPARE(run(arguments("study one")).code, 0);
    const auto ended = run(arguments("study three") << "--processes"
                                                    << "3"
                                                    << "--threads"
                                                    << "1");
    QVERIFY2(ended.code == 0, qPrintable(ended.errors));
    QVERIFY(pointsOf("study three") == pointsOf("study one"));
    // Times stand beside the best method, behind the tables.
    const auto tablesOf = [&](const QString& out) {
      const auto text = contentOf(path(out + "/results.md"));
      return text.left(text.indexOf("Beside the best"));
    };
    QVERIFY(tablesOf("study one").size() > 200);
    QCOMPARE(tablesOf("study three"), tablesOf("study one"));
    QVERIFY(QDir(path("study three/points")).entryList({"*.claim"}).isEmpty());
  }

  void wholeJob() {
    if (!espalier::canJoinProcesses()) return;
    const auto arguments = [&](const QString& out) {
      return QStringList{"run", path("recipe.json"), "--work", path(out + " work"), "--out", path(out)};
    };
    QFile recipe(path("recipe.json"));
    QVERIFY(recipe.open(QIODevice::WriteOnly));
    recipe.write(R"({"format": "espalier/recipe", "version": 1, "model": ")" + sample("model").toUtf8() +
                 R"(", "calibration": ")" + sample("calibration").toUtf8() +
                 R"(", "score": {"samples": 4, "batchSize": 2}, "allocate": {"target": 0.5},
                     "prune": {"samples": 8, "batchSize": 2},
                     "recover": {"methods": "correct", "rebuildSteps": 3, "samples": 8, "batchSize": 4}})");
    recipe.close();
    QCOMPARE(run(arguments("run one")).code, 0);
    const auto ended = run(arguments("run two") << "--processes"
                                                << "2"
                                                << "--threads"
                                                << "1");
    QVERIFY2(ended.code == 0, qPrintable(ended.errors));
    QVERIFY(contentOf(path("run two/model.safetensors")) == contentOf(path("run one/model.safetensors")));
    QVERIFY(contentOf(path("run two work/scores.json")) == contentOf(path("run one work/scores.json")));
  }

  void lost_data() {
    QTest::addColumn<int>("rank");
    QTest::addColumn<int>("signal");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("killed") << 1 << SIGKILL << "was ended by signal 9";
    QTest::newRow("the first killed") << 0 << SIGKILL << "was ended by signal 9";
    QTest::newRow("frozen") << 1 << SIGSTOP << "has given no sign of life for 4 s";
    QTest::newRow("the first frozen") << 0 << SIGSTOP << "has given no sign of life for 4 s";
  }
  void lost() {
    if (!espalier::canJoinProcesses()) return;
    QFETCH(int, rank);
    QFETCH(int, signal);
    QFETCH(QString, sentence);
    const QStringList draws{"--draws", "3", "--threads", "1"};
    if (!QFile::exists(path("whole.json"))) QCOMPARE(run(scoring("whole.json", draws)).code, 0);
    const QString out = QString(QTest::currentDataTag()) + ".json";
    QProcess p;
    QVERIFY(startTwo(p, scoring(out, draws), path(out + ".journal")));
    ::kill(childrenOf(p).at(rank), signal);
    const auto ended = endOf(p);
    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.sentences() == 1, qPrintable(ended.errors));
    QVERIFY2(ended.errors.contains(QString("ank %1 on ").arg(rank)) && ended.errors.contains(sentence),
             qPrintable(ended.errors));
    QVERIFY(!QFile::exists(path(out)) && QFile::exists(path(out + ".journal")));
    // By one process or several: the same command goes on.
    QCOMPARE(run(scoring(out, draws) + (rank == 0 ? QStringList() : QStringList{"--processes", "2"})).code,
             0);
    QVERIFY(contentOf(path(out)) == contentOf(path("whole.json")));
  }

  void twoLaunches() {
    if (!espalier::canJoinProcesses()) return;
    const int port = ownPort(0);
    auto first = startRank(0, 2, port, scoring("launch.json"));
    QTest::qWait(1000);
    auto again = startRank(0, 2, port, scoring("launch2.json"));
    const auto refused = endOf(*again);
    QCOMPARE(refused.code, 1);
    QVERIFY2(refused.errors.contains(QString("uses the port %1 already").arg(port)),
             qPrintable(refused.errors));
    // The first launch is not disturbed.
    auto second = startRank(1, 2, port, scoring("launch.json"));
    const auto done = endOf(*first);
    QVERIFY2(done.code == 0, qPrintable(done.errors));
    QCOMPARE(endOf(*second).code, 0);
    QCOMPARE(run(scoring("one.json")).code, 0);
    QVERIFY(contentOf(path("launch.json")) == contentOf(path("one.json")));
  }

  void otherInputs_data() {
    QTest::addColumn<QString>("what");
    QTest::newRow("model") << "the model file model.safetensors";
    QTest::newRow("data") << "the data";
    QTest::newRow("options") << "what the options ask for";
  }
  // Of a rank that was given something else, with the same size and time where it is a file.
  void otherInputs() {
    if (!espalier::canJoinProcesses()) return;
    QFETCH(QString, what);
    const QString kind = QTest::currentDataTag();
    auto other = scoring("other.json");
    if (kind == "model") {
      QVERIFY(QDir().mkpath(path("copy")));
      for (const auto& file : QDir(sample("model")).entryInfoList(QDir::Files))
        QVERIFY(QFile::copy(file.filePath(), path("copy/" + file.fileName())));
      QFile weights(path("copy/model.safetensors"));
      weights.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
      QVERIFY(weights.open(QIODevice::ReadWrite));
      const auto place = weights.size() - 5;
      weights.seek(place);
      const auto byte = weights.read(1);
      weights.seek(place);
      weights.write(QByteArray(1, char(byte[0] ^ 1)));
      weights.close();
      other[1] = path("copy");
    } else if (kind == "data") {
      other[3] = sample("pairs");
    } else {
      other << "--draws"
            << "2";
    }
    const int port = ownPort(1);
    auto first = startRank(0, 2, port, scoring("launch.json"));
    auto second = startRank(1, 2, port, other);
    const auto told = endOf(*first), also = endOf(*second);
    QCOMPARE(told.code, 1);
    QCOMPARE(also.code, 1);
    QCOMPARE(told.sentences() + also.sentences(), 1);
    QVERIFY2((told.errors + also.errors).contains(what + " of rank 1 on "),
             qPrintable(told.errors + also.errors));
  }

  void fullDisk() {
    if (!espalier::canJoinProcesses()) return;
    auto arguments = scoring("unused") << "--processes"
                                       << "2"
                                       << "--threads"
                                       << "1";
    arguments[arguments.indexOf("--out") + 1] = "/dev/full";
    const auto ended = run(arguments);
    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.sentences() == 1 && ended.errors.contains("/dev/full"), qPrintable(ended.errors));
  }

  void wrongUse() {
    const auto ended = run({"sample", path("sample"), "--processes", "2"});
    QCOMPARE(ended.code, 2);
    QVERIFY2(ended.errors.contains("sample runs in one process"), qPrintable(ended.errors));
    const auto alone = run(scoring("alone.json", {"--own-blocks"}));
    QCOMPARE(alone.code, 2);
    QVERIFY2(alone.errors.contains("over several processes"), qPrintable(alone.errors));
    const auto none =
        run({"score", path("none"), "--data", path("none"), "--out", path("x.json"), "--processes", "3"});
    QCOMPARE(none.code, 1);
    QVERIFY2(none.sentences() == 1, qPrintable(none.errors));
  }

  void launchers_data() {
    QTest::addColumn<QStringList>("launcher");
    QTest::newRow("mpirun") << QStringList{"mpirun", "--allow-run-as-root", "--oversubscribe", "-np", "2"};
    QTest::newRow("torchrun") << QStringList{"torchrun",         "--no_python",
                                             "--nnodes",         "1",
                                             "--nproc_per_node", "2",
                                             "--master_addr",    "127.0.0.1",
                                             "--master_port",    QString::number(ownPort(3))};
    QTest::newRow("srun") << QStringList{"srun", "--ntasks", "2"};
  }
  // As docs/cluster.md has them, where the launcher is installed (and SLURM has a node to run on).
  void launchers() {
    QFETCH(QStringList, launcher);
    const auto launches = [&] {
      if (QStandardPaths::findExecutable(launcher[0]).isEmpty()) return false;
      // SLURM may have no node, and torchrun of PyTorch 1.13 ends with an exception under Python 3.11.
      QProcess p;
      p.start(launcher[0], (launcher[0] == "srun" ? QStringList{"--immediate=10"} : launcher.mid(1)) +
                               QStringList{"true"});
      return endOf(p).code == 0;
    };
    if (!espalier::canJoinProcesses() || !launches()) return;
    const QString out = QString(QTest::currentDataTag()) + ".json";
    QProcess p;
    p.start(launcher[0], launcher.mid(1) + QStringList{program()} + scoring(out, {"--threads", "1"}));
    const auto ended = endOf(p);
    QVERIFY2(ended.code == 0, qPrintable(ended.errors));
    QVERIFY2(ended.errors.contains("Peak memory: rank 0 on "), qPrintable(ended.errors));
    QCOMPARE(run(scoring("one.json")).code, 0);
    QVERIFY(contentOf(path(out)) == contentOf(path("one.json")));
  }

  // Each process has blocks of its own, and only reads these.
  void ownBlocks_data() {
    QTest::addColumn<QStringList>("several");
    QTest::newRow("two") << QStringList{"--processes", "2", "--threads", "1"};
    QTest::newRow("three with a ceiling") << QStringList{"--processes", "3", "--memory", "80M"};
  }
  void ownBlocks() {
    if (!espalier::canJoinProcesses()) return;
    QFETCH(QStringList, several);
    several << "--own-blocks";
    const auto score = [&](const QString& out, const QStringList& more = {}) {
      return run(scoring(out, QStringList{"--method", "magnitude"} + more));
    };
    QCOMPARE(score("magnitude.json").code, 0);
    QCOMPARE(score("own.json", several).code, 0);
    QVERIFY(contentOf(path("own.json")) == contentOf(path("magnitude.json")));
    // States go from rank to rank, and gradients back.
    for (const char* method : {"exact-gradient", "first-order"}) {
      const auto gradient = [&](const QString& out, const QStringList& more) {
        return run(scoring(out, QStringList{"--method", method} + more));
      };
      const auto one = gradient("one gradient.json", {}), own = gradient("own gradient.json", several);
      QVERIFY2(one.code == 0 && own.code == 0, qPrintable(one.errors + own.errors));
      QVERIFY2(contentOf(path("own gradient.json")) == contentOf(path("one gradient.json")), method);
    }
    QCOMPARE(run({"allocate", path("magnitude.json"), "--target", "0.5", "--out", path("plan.json")}).code,
             0);
    for (const QStringList& options :
         {QStringList{"--criterion", "wanda"}, QStringList{"--criterion", "admm", "--fit", "dense"}}) {
      const auto prune = [&](const QString& out, const QStringList& more) {
        return run(QStringList{"prune", sample("model"), "--plan", path("plan.json"), "--data",
                               sample("calibration"), "--samples", "6", "--batch-size", "2", "--out",
                               path(out)} +
                   options + more);
      };
      const QString name = options.join(' ') + several[1];
      const auto one = prune(name, {}), own = prune(name + " own", several);
      QVERIFY2(one.code == 0, qPrintable(one.errors));
      QVERIFY2(own.code == 0, qPrintable(own.errors));
      for (const char* file : {"/model.safetensors", "/espalier-recipe.json"})
        QVERIFY2(contentOf(path(name + " own" + file)) == contentOf(path(name + file)),
                 qPrintable(name + file));
      QVERIFY(!QFile::exists(path(name + " own.journal")));
    }
    const auto evaluate = [&](const QString& out, const QStringList& more) {
      const auto ended = run(QStringList{"evaluate", sample("model"), "--data", sample("pairs"), "--task",
                                         "perplexity", "--out", path(out)} +
                             more);
      if (ended.code != 0) return nlohmann::json(ended.errors.toStdString());
      auto j = espalier::parseJson(contentOf(path(out)).toStdString(), out.toStdString());
      j.erase("seconds");
      return j;
    };
    const auto one = evaluate("loss.json", {}), own = evaluate("own loss.json", several);
    QVERIFY2(own.is_object() && own == one, qPrintable(QString::fromStdString(own.dump().substr(0, 500))));
  }

  // What a program learns of the processes: who did how much, and what was sent in which stage.
  void costs() {
    if (!espalier::canJoinProcesses()) return;
    const auto ended = run(scoring("costs.json", {"--processes", "2", "--threads", "1", "--progress"}));
    QVERIFY2(ended.code == 0, qPrintable(ended.errors));
    const auto line = ended.errors.section("{\"processes\"", -1).section('\n', 0, 0);
    const auto j = espalier::parseJson(("{\"processes\"" + line).toStdString(), "costs").at("processes");
    QCOMPARE(j.size(), size_t(2));
    for (const auto& p : j) {
      QVERIFY(p.at("peakMemory").get<int64_t>() > 1'000'000 && p.at("waited").get<double>() >= 0);
      // Waiting for a process takes nothing away from the path, and a network adds to it.
      QVERIFY(p.at("path") >= p.at("seconds") && p.at("pathAcross") > p.at("path"));
      QVERIFY(p.at("sent").at("Scoring").at("bytes").get<int64_t>() > 0);
    }
  }
};

QTEST_GUILESS_MAIN(ProcessesCliTest)
#include "processes_cli_test.moc"
