// An engine in another process gives what this process gives, and what is lost with it comes back.
#include <signal.h>

#include <QtTest/QtTest>
#include <thread>

#include "core/allocate/planner.h"
#include "core/document/study.h"
#include "core/engine/conversation.h"
#include "core/engine/elsewhere.h"
#include "core/engine/evaluation_file.h"
#include "core/engine/recover_model.h"
#include "core/engine/value_json.h"
#include "core/explain/explain.h"
#include "core/live/live_evaluator.h"
#include "core/live/live_pruner.h"
#include "core/live/matrix_view.h"
#include "core/live/plan_probe.h"
#include "core/live/value_json.h"
#include "core/remote/remote_engine.h"
#include "core/samples/sample_folder.h"
#include "tests/support/errors.h"

using namespace espalier;

class RemoteEngineCliTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  std::shared_ptr<RemoteEngine> m_engine;
  ModelPtr m_there, m_here;
  Dataset m_calibration, m_pairs;

  // A command that starts the server, after it has written its process's number to a file.
  std::string command(const char* pidFile = "pid") const {
    return "echo $$ > '" + m_dir.filePath(pidFile).toStdString() +
           "'; exec '" ESPALIER_BINARY_DIR "/app/espalier-cli' serve --threads 2";
  }
  int processOf(const char* pidFile = "pid") const {
    QFile file(m_dir.filePath(pidFile));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toInt() : -1;
  }
  static ScoreOptions quickScore() {
    ScoreOptions options;
    options.samples = 4;
    options.batchSize = 2;
    return options;
  }
  static PruneOptions quickPrune(const char* inputs = "dense") {
    PruneOptions options;
    options.samples = 16;
    options.inputs = inputs;
    return options;
  }
  Plan planAt(double target) const {
    PlanRequest request;
    request.target = target;
    ScoreOptions magnitude;
    magnitude.method = "magnitude";
    return makePlan(scoreModel(*m_here, {}, magnitude, {}), request);
  }
  static nlohmann::json answersOf(const Evaluation& e, const Dataset& data) {
    auto j = toJson(e, data);
    j.erase("seconds");
    return j;
  }

 private Q_SLOTS:
  void initTestCase() {
    m_engine = std::make_shared<RemoteEngine>(engineAddress(command()));
    const auto sample = sampleFolder();
    auto opened = openElsewhere(m_engine, sample, PromptForm::Auto);
    QVERIFY(opened.places.model == sample / "model");
    m_there = opened.model;
    m_here = openModel(sample / "model");
    m_calibration = openDatasetFor(*m_there, opened.places.calibration);
    m_pairs = openDatasetFor(*m_there, opened.places.pairs);
  }

  void modelAndDataAreThoseOfTheFolder() {
    QVERIFY(toJson(infoOf(*m_there)) == toJson(infoOf(*m_here)));
    QCOMPARE(makesConversations(*m_there), makesConversations(*m_here));
    QVERIFY(elsewhereOf(*m_there) && !elsewhereOf(*m_here));
    const auto here = openDatasetFor(*m_here, sampleFolder() / "pairs");
    QVERIFY(describe(m_pairs) == describe(here));
    for (size_t i = 0; i < here.samples.size(); ++i)
      QVERIFY(toJson(m_pairs.samples[i]) == toJson(here.samples[i]));
    const auto pictures = picturesElsewhere(m_engine, {here.samples[0].image.string(), "/no/picture"}, 64);
    QVERIFY(pictures[0].starts_with("\xff\xd8") && pictures[1].empty());
    QVERIFY(m_engine->about()["protocol"] == 1);
  }

  void scoresAreThoseOfThisProcess() {
    std::vector<MatrixScore> blocks;
    int progress = 0;
    JobControl control;
    control.onProgress = [&](const Progress& p) { progress += p.total > 0; };
    const auto there = scoreModel(*m_there, m_calibration, quickScore(), control, [&](const auto& block) {
      blocks.insert(blocks.end(), block.begin(), block.end());
    });
    const auto here = scoreModel(*m_here, m_calibration, quickScore(), {});
    QVERIFY(toJson(there) == toJson(here));
    QVERIFY(progress > 0 && blocks.size() >= there.matrices.size());
    QVERIFY(toJson(globalMagnitudePlan(*m_there, 0.5)) == toJson(globalMagnitudePlan(*m_here, 0.5)));
  }

  void answersAreThoseOfThisProcess_data() {
    QTest::addColumn<QString>("inputs");
    QTest::newRow("dense") << "dense";
    QTest::newRow("pruned") << "pruned";
  }
  void answersAreThoseOfThisProcess() {
    QFETCH(QString, inputs);
    const auto options = quickPrune(qPrintable(inputs));
    LivePruner there(m_there, m_calibration, options), here(m_here, m_calibration, options);
    LiveEvaluator askThere(m_pairs), askHere(m_pairs);
    for (const double target : {0.4, 0.6}) {
      const auto plan = planAt(target);
      const auto a = there.run(plan, {}), b = here.run(plan, {});
      auto told = describe(a), known = describe(b);
      told.erase("seconds"), known.erase("seconds");
      QVERIFY(told == known);
      std::set<int64_t> pairs;
      const auto answers = askThere.run(*a.model, {}, [&](const PairResult& p) { pairs.insert(p.sample); });
      QVERIFY(answersOf(answers, m_pairs) == answersOf(askHere.run(*b.model, {}), m_pairs));
      QCOMPARE(pairs.size(), m_pairs.samples.size());
      QVERIFY(std::abs(there.preview(plan, {}).sparsity - b.sparsity) < 0.01);
    }
    QVERIFY(answersOf(evaluateModel(*m_there, m_pairs, {}), m_pairs) ==
            answersOf(evaluateModel(*m_here, m_pairs, {}), m_pairs));
  }

  void sensitivitiesAndLossesAreThoseOfThisProcess() {
    const auto plan = planAt(0.5);
    std::vector<PlanGroup> groups(plan.groups.begin(), plan.groups.begin() + 2);
    PlanProbe there(m_there, m_calibration, quickPrune(), {}, {}),
        here(m_here, m_calibration, quickPrune(), {}, {});
    QVERIFY(toJson(there.errors()) == toJson(here.errors()));
    QCOMPARE(there.spreads().size(), here.spreads().size());
    std::vector<std::string> told;
    const auto curves =
        there.sensitivities(groups, {}, [&](const std::string& g, const Curve&) { told.push_back(g); });
    QVERIFY(toJson(curves) == toJson(here.sensitivities(groups, {})));
    QVERIFY((told == std::vector<std::string>{groups[0].name, groups[1].name}));
    QCOMPARE(there.loss(plan.sparsities(), {}), here.loss(plan.sparsities(), {}));
  }

  void aSweepIsThatOfThisProcess() {
    StudyOptions options;
    options.methods = {"uniform + magnitude"};
    options.sparsities = {0.5};
    options.seeds = {0};
    std::vector<StudyPoint> told;
    const auto there = runStudy(m_there, m_calibration, m_pairs, options, {}, {},
                                [&](const StudyPoint& p) { told.push_back(p); });
    const auto here = runStudy(m_here, m_calibration, m_pairs, options, {}, {});
    QCOMPARE(there.size(), size_t(1));
    QCOMPARE(told.size(), size_t(1));
    auto a = toJson(there[0]), b = toJson(here[0]);
    a.erase("seconds"), b.erase("seconds");
    QVERIFY(a == b);
  }

  void exportsAreWrittenThere() {
    const auto pruned = pruneModel(*m_there, planAt(0.5), m_calibration, quickPrune(), {});
    const auto folder = m_dir.filePath("exported").toStdString();
    const auto written = exportModel(*pruned.model, {{"made", "by a test"}}, folder, {});
    QVERIFY(written.bytes > 0 && std::abs(written.sparsity - 0.5) < 0.01);
    QVERIFY(std::abs(infoOf(*openModel(folder)).sparsity - written.sparsity) < 1e-9);
    QVERIFY(test::errorOf([&] { exportModel(*pruned.model, {}, folder, {}); }).contains("exported"));
  }

  void whatIsNotDoneElsewhereSaysSo() {
    const auto plan = planAt(0.5);
    const auto matrix = plan.groups[0].matrices[0];
    const QString end = " is not available while the engine runs elsewhere (" +
                        QString::fromStdString(m_engine->place()) +
                        "); open the model on that machine for it.";
    QCOMPARE(test::errorOf([&] { viewMatrix(*m_there, *m_there, matrix); }), "Looking into a matrix" + end);
    QCOMPARE(test::errorOf([&] { recoverModel(*m_there, m_there, m_calibration, {}, {}, {}); }),
             "Recovery" + end);
    QCOMPARE(test::errorOf([&] { exportMasks(*m_there, plan, m_dir.filePath("m").toStdString(), {}); }),
             "Exporting masks" + end);
    QCOMPARE(test::errorOf([&] { explainPair(*m_there, m_pairs.samples[0], {}, {}); }),
             "Explaining an answer" + end);
  }

  void errorsAreThoseOfTheEngine() {
    try {
      openElsewhere(m_engine, "/no/model", PromptForm::Auto);
      QFAIL("nothing was thrown");
    } catch (const Error& e) {
      QVERIFY2(QString(e.what()).contains("/no/model"), e.what());
      QCOMPARE(QString(e.what()), test::errorOf([] { openModel("/no/model"); }));
    }
    PruneOptions wrong = quickPrune();
    wrong.criterion = "luck";
    QVERIFY(
        test::errorOf([&] { pruneModel(*m_there, planAt(0.5), m_calibration, wrong, {}); }).contains("luck"));
  }

  void cancellingDoesNotWaitForTheEngine() {
    auto options = quickScore();
    options.draws = 10'000;
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    control.onProgress = [&](const Progress&) { stop.request_stop(); };
    QVERIFY_EXCEPTION_THROWN(scoreModel(*m_there, m_calibration, options, control), Cancelled);
    QVERIFY(listElsewhere(m_engine, "/").complete);
  }

  void aKilledServerIsToldAndAScoringResumed() {
    auto engine = std::make_shared<RemoteEngine>(engineAddress(command("victim")));
    std::vector<std::string> losses;
    const auto listening = engine->whenLost([&](const std::string& why) { losses.push_back(why); });
    const auto model = openElsewhere(engine, sampleFolder(), PromptForm::Auto).model;
    const auto pruned = pruneModel(*model, planAt(0.5), m_calibration, quickPrune(), {});
    const auto before = evaluateModel(*pruned.model, m_pairs, {});
    auto options = quickScore();
    options.draws = 3;
    int blocks = 0;
    try {
      scoreModel(*model, m_calibration, options, {}, [&](const auto&) {
        if (++blocks == 2) ::kill(processOf("victim"), SIGKILL);
      });
      QFAIL("the scoring went on without its server");
    } catch (const ConnectionLost& e) {
      QVERIFY2(QString(e.what()).endsWith("is lost: it was ended by signal 9 (Killed)."), e.what());
      QVERIFY(losses == std::vector<std::string>{e.what()});
    }
    // All that is asked now says the same, at once.
    QVERIFY_EXCEPTION_THROWN(evaluateModel(*pruned.model, m_pairs, {}), ConnectionLost);
    engine->reconnect();
    int blocksAgain = 0;
    const auto scores = scoreModel(*model, m_calibration, options, {}, [&](const auto&) { ++blocksAgain; });
    const auto whole = scoreModel(*m_here, m_calibration, options, {});
    QVERIFY(toJson(scores) == toJson(whole));
    // The pruned model went with the server, and is made again where it is asked for.
    QVERIFY(answersOf(evaluateModel(*pruned.model, m_pairs, {}), m_pairs) == answersOf(before, m_pairs));
    QCOMPARE(losses.size(), size_t(1));
  }

  void whatIsNoServerIsToldInOneSentence_data() {
    QTest::addColumn<QString>("started");
    QTest::addColumn<QString>("end");
    QTest::newRow("ends") << "exit 3"
                          << "it ended with status 3.";
    QTest::newRow("says why") << "echo 'no such host' >&2; exit 255"
                              << "it ended with status 255, having said \"no such host\".";
    QTest::newRow("no frames")
        << "echo Welcome; echo to a shell"
        << "it ended with status 0; \"Welcome\" stands where a frame's header was expected: "
           "\"Content-Length: \" and a number.";
  }
  void whatIsNoServerIsToldInOneSentence() {
    QFETCH(QString, started);
    QFETCH(QString, end);
    RemoteEngine engine(engineAddress(started.toStdString()));
    const auto said = test::errorOf([&] { engine.about(); });
    QVERIFY2(
        said.startsWith("The connection to the engine at " + started + " is lost: ") && said.endsWith(end),
        qPrintable(said));
  }

  // A greeting of the shell before the first frame is no obstacle.
  void aTalkativeShellIsNoObstacle() {
    RemoteEngine engine(engineAddress("echo Welcome; echo; " + command("talkative")));
    QVERIFY(engine.about()["protocol"] == 1);
  }

  // Where sshd is installed. packaging/packages.txt leaves it out: its package opens a port that nobody asked
  // for.
  void overSsh() {
    const auto sshd = QStandardPaths::findExecutable("sshd", {"/usr/sbin", "/usr/local/sbin"});
    if (sshd.isEmpty() || QStandardPaths::findExecutable("ssh").isEmpty()) return;
    const auto at = [&](const char* name) { return m_dir.filePath(name); };
    const auto ran = [](const QString& program, const QStringList& arguments) {
      return QProcess::execute(program, arguments) == 0;
    };
    for (const char* key : {"host", "own"})
      QVERIFY(ran("ssh-keygen", {"-q", "-t", "ed25519", "-N", "", "-f", at(key)}));
    QVERIFY(QFile::copy(at("own.pub"), at("authorized")));
    // The login shell finds the program where it was built.
    const int port = 20'000 + int(QCoreApplication::applicationPid() % 20'000) + 77;
    const auto write = [&](const char* name, const QString& content) {
      QFile file(at(name));
      return file.open(QIODevice::WriteOnly) && file.write(content.toUtf8()) == content.toUtf8().size();
    };
    QVERIFY(write("sshd",
                  QString("Port %1\nListenAddress 127.0.0.1\nHostKey %2\nAuthorizedKeysFile %3\nPidFile "
                          "%4\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
                          "SetEnv PATH=%5/app:/usr/bin:/bin\n")
                      .arg(port)
                      .arg(at("host"), at("authorized"), at("sshd.pid"), QString(ESPALIER_BINARY_DIR))));
    QVERIFY(write("ssh", QString("Host *\nIdentityFile %1\nIdentitiesOnly yes\nUserKnownHostsFile "
                                 "%2\nStrictHostKeyChecking no\nLogLevel ERROR\n")
                             .arg(at("own"), at("known"))));
    QProcess server;
    server.setProcessChannelMode(QProcess::ForwardedChannels);
    server.start(sshd, {"-D", "-e", "-f", at("sshd")});
    QVERIFY(server.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(at("sshd.pid")), 10'000);
    auto address = engineAddress("ssh://127.0.0.1:" + std::to_string(port));
    address.command.insert(address.command.begin() + 1, {"-F", at("ssh").toStdString()});
    {
      auto engine = std::make_shared<RemoteEngine>(address);
      const auto model = openElsewhere(engine, sampleFolder(), PromptForm::Auto).model;
      const auto there = scoreModel(*model, m_calibration, quickScore(), {});
      QVERIFY(toJson(there) == toJson(scoreModel(*m_here, m_calibration, quickScore(), {})));
      const auto pruned = pruneModel(*model, planAt(0.5), m_calibration, quickPrune(), {});
      QCOMPARE(evaluateModel(*pruned.model, m_pairs, {}).pairs.size(), m_pairs.samples.size());
    }
    server.terminate();
    server.waitForFinished();
  }

  void cleanupTestCase() {
    m_there.reset();
    m_engine.reset();
    // It ended with its input.
    QTRY_VERIFY_WITH_TIMEOUT(::kill(processOf(), 0) != 0, 5000);
  }
};

QTEST_GUILESS_MAIN(RemoteEngineCliTest)
#include "remote_engine_cli_test.moc"
