// espalier-cli serve over its pipes, as a program of another language talks to it (docs/serve.md).
#include <signal.h>

#include <QtTest/QtTest>

#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/remote/frames.h"
#include "core/remote/messages.h"
#include "core/samples/sample_folder.h"

namespace {

QString servedSample(const char* part) {
  return QString::fromStdString((espalier::sampleFolder() / part).string());
}

// A server and what it has said so far.
class ServeClient {
 public:
  explicit ServeClient(bool greet = true) {
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli", {"serve", "--threads", "2"});
    if (greet) ask("initialize", {{"protocol", espalier::kProtocolVersion}});
  }
  ~ServeClient() { end(); }

  int64_t send(const std::string& method, const nlohmann::json& params) {
    write(espalier::framed(espalier::jsonText(espalier::requestOf(++m_id, method, params))));
    return m_id;
  }
  void tell(const std::string& method, const nlohmann::json& params) {
    write(espalier::framed(espalier::jsonText(espalier::notificationOf(method, params))));
  }
  void write(const std::string& bytes) { m_process.write(QByteArray::fromStdString(bytes)); }

  // The next message; null where none comes within the time.
  nlohmann::json next(int ms = 60'000) {
    QDeadlineTimer end(ms);
    for (;;) {
      if (const auto piece = m_reader.next()) {
        if (piece->isFault) return nullptr;
        return espalier::parseJson(piece->text, "a message");
      }
      if (end.hasExpired() || !m_process.waitForReadyRead(int(end.remainingTime()))) return nullptr;
      m_reader.add(m_process.readAllStandardOutput().toStdString());
    }
  }
  // The answer to a request; what comes before it is kept in `before`.
  nlohmann::json answer(int64_t id, std::vector<nlohmann::json>* before = nullptr) {
    for (;;) {
      const auto message = next();
      if (message.is_null() || (message.contains("id") && message["id"] == id)) return message;
      if (before) before->push_back(message);
    }
  }
  nlohmann::json ask(const std::string& method, const nlohmann::json& params,
                     std::vector<nlohmann::json>* before = nullptr) {
    return answer(send(method, params), before);
  }
  nlohmann::json result(const std::string& method, const nlohmann::json& params) {
    auto all = ask(method, params);
    return all.contains("result") ? all["result"] : nlohmann::json();
  }

  // The exit status when the input ends.
  int end() {
    m_process.closeWriteChannel();
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(60'000)) m_process.kill();
    m_process.waitForFinished();
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
  }
  QProcess& process() { return m_process; }

 private:
  QProcess m_process;
  espalier::FrameReader m_reader;
  int64_t m_id = 0;
};

QString sentenceIn(const nlohmann::json& answer) {
  return answer.contains("error") ? QString::fromStdString(answer["error"]["message"].get<std::string>())
                                  : QString();
}
int codeIn(const nlohmann::json& answer) {
  return answer.contains("error") ? answer["error"]["code"].get<int>() : 0;
}

}  // namespace

class ServeCliTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;

  static nlohmann::json model() { return {{"folder", servedSample("model").toStdString()}}; }
  static nlohmann::json data(const char* part) { return {{"path", servedSample(part).toStdString()}}; }
  static nlohmann::json quickScore() {
    return {{"model", model()},
            {"calibration", data("calibration")},
            {"options", {{"method", "zeroth-order"}, {"samples", 4}, {"batchSize", 2}}}};
  }
  static nlohmann::json planAt(ServeClient& client, double target) {
    const auto scores = client.result("score", {{"model", model()}, {"options", {{"method", "magnitude"}}}});
    return client.result("allocate", {{"scores", scores["scores"]}, {"target", target}})["plan"];
  }

 private Q_SLOTS:
  void saysWhatItIsAndEndsWithItsInput() {
    ServeClient client(false);
    const auto about = client.result("initialize", {{"protocol", 1}});
    QCOMPARE(about["protocol"].get<int>(), 1);
    QVERIFY(about["workers"].get<int>() == 2 && about["memory"].get<int64_t>() > 0);
    QVERIFY(!about["host"].get<std::string>().empty() && about["devices"][0] == "cpu");
    QCOMPARE(QString::fromStdString(about["sample"].get<std::string>()) + "/model", servedSample("model"));
    QCOMPARE(client.end(), 0);
  }

  void listsFoldersForAPersonToChooseFrom() {
    ServeClient client;
    const auto listing =
        client.result("listFolder", {{"path", QFileInfo(servedSample("model")).path().toStdString()}});
    std::map<std::string, nlohmann::json> entries;
    for (const auto& e : listing["entries"]) entries[e["name"]] = e;
    QVERIFY(entries["model"]["model"] == true && entries["model"]["kind"] == "folder");
    QVERIFY(entries["pairs"]["data"] == true && !entries["pairs"].contains("model"));
    const auto inside = client.result("listFolder", {{"path", servedSample("model").toStdString()}});
    for (const auto& e : inside["entries"])
      if (e["name"] == "config.json") QVERIFY(e["kind"] == "file" && e["bytes"].get<int64_t>() > 100);
    const auto wrong = client.ask("listFolder", {{"path", "/no/such/folder"}});
    QCOMPARE(sentenceIn(wrong),
             "/no/such/folder cannot be listed: No such file or directory; name a folder.");
    QVERIFY(wrong["error"]["data"]["kind"] == "io");
  }

  void opensModelsAndDataAndShowsPairs() {
    ServeClient client;
    const auto opened =
        client.result("openModel", {{"path", QFileInfo(servedSample("model")).path().toStdString()}});
    QCOMPARE(QString::fromStdString(opened["model"]["folder"]), servedSample("model"));
    QCOMPARE(QString::fromStdString(opened["pairs"]), servedSample("pairs"));
    QVERIFY(opened["info"]["family"] == "blip-2" && opened["info"]["blocks"].size() > 3);
    const auto set = client.result("openData", {{"model", opened["model"]}, {"path", opened["pairs"]}});
    QCOMPARE(set["description"]["count"].get<int>(), 48);
    const auto page = client.result(
        "pairs",
        {{"model", opened["model"]}, {"data", set["data"]}, {"from", 46}, {"count", 9}, {"thumbnails", 32}});
    QCOMPARE(page["pairs"].size(), size_t(2));
    QVERIFY(!page["pairs"][0]["answer"].get<std::string>().empty());
    QVERIFY(
        QByteArray::fromBase64(QByteArray::fromStdString(page["pairs"][0]["thumbnail"].get<std::string>()))
            .startsWith("\xff\xd8"));
    const auto other = client.ask(
        "pairs", {{"model", opened["model"]}, {"data", {{"path", opened["pairs"]}, {"count", 47}}}});
    QVERIFY(sentenceIn(other).endsWith("has 48 entries, but 47 were told of before; open the data again."));
  }

  // The numbers are those of the command line.
  void scoresTellProgressAndBlocksAndEqualTheCommandLine() {
    ServeClient client;
    auto asked = quickScore();
    asked["out"] = m_dir.filePath("served.json").toStdString();
    std::vector<nlohmann::json> before;
    const auto answer = client.ask("score", asked, &before);
    int progress = 0, blocks = 0;
    for (const auto& m : before) {
      progress += m["method"] == "$/progress" && m["params"]["value"]["total"].get<int64_t>() > 0;
      blocks += m["method"] == "$/item" && m["params"]["value"].contains("block");
    }
    QVERIFY(progress > 0 && blocks > 0);
    QProcess cli;
    cli.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli",
              {"score", servedSample("model"), "--data", servedSample("calibration"), "--method",
               "zeroth-order", "--samples", "4", "--batch-size", "2", "--out", m_dir.filePath("cli.json")});
    QVERIFY(cli.waitForFinished(120'000) && cli.exitCode() == 0);
    const auto contentOf = [&](const char* name) {
      QFile file(m_dir.filePath(name));
      return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(!contentOf("cli.json").isEmpty());
    QCOMPARE(contentOf("served.json"), contentOf("cli.json"));
    QVERIFY(!QFile::exists(m_dir.filePath("served.json.journal")));
  }

  void aRequestIsCancelledAndOthersGoOn() {
    ServeClient client;
    auto asked = quickScore();
    asked["options"]["draws"] = 1000;
    const auto id = client.send("score", asked);
    while (client.next().value("method", std::string()) != "$/progress") {
    }
    const auto listing = client.send("listFolder", {{"path", "/"}});
    client.tell("$/cancelRequest", {{"id", id}});
    std::map<int64_t, nlohmann::json> answers;
    while (answers.size() < 2) {
      const auto message = client.next();
      QVERIFY(!message.is_null());
      if (message.contains("id")) answers[message["id"]] = message;
    }
    QCOMPARE(codeIn(answers[id]), espalier::rpc::kCancelled);
    QVERIFY(answers[listing].contains("result"));
  }

  // What was finished when the input ended is gone on with.
  void aScoringThatLostItsClientIsResumed() {
    const auto out = m_dir.filePath("resumed.json");
    auto asked = quickScore();
    asked["options"]["draws"] = 3;
    asked["out"] = out.toStdString();
    {
      ServeClient client;
      client.send("score", asked);
      for (int blocks = 0; blocks < 2;) {
        const auto message = client.next();
        QVERIFY(!message.is_null());
        blocks += message.contains("params") && message["params"].contains("value") &&
                  message["params"]["value"].contains("block");
      }
      QCOMPARE(client.end(), 0);
    }
    QVERIFY(QFile::exists(out + ".journal"));
    ServeClient client;
    std::vector<nlohmann::json> before;
    const auto answer = client.ask("score", asked, &before);
    QVERIFY(answer.contains("result"));
    bool resumed = false;
    for (const auto& m : before)
      resumed |= m["params"].contains("value") && m["params"]["value"].contains("note");
    QVERIFY(resumed);
    auto whole = asked;
    whole["out"] = m_dir.filePath("whole.json").toStdString();
    QVERIFY(client.ask("score", whole)["result"] == answer["result"]);
  }

  void aPlanIsAnsweredPairByPairAndGivesWayToANewerOne() {
    ServeClient client;
    const nlohmann::json base{{"model", model()},
                              {"calibration", data("calibration")},
                              {"pairs", data("pairs")},
                              {"options", {{"criterion", "magnitude"}}}};
    auto first = base, second = base;
    first["number"] = 1, first["plan"] = planAt(client, 0.5);
    second["number"] = 2, second["plan"] = planAt(client, 0.3);
    const auto old = client.send("setPlan", first), newest = client.send("setPlan", second);
    std::map<int64_t, nlohmann::json> answers;
    std::set<int64_t> told;
    while (answers.size() < 2) {
      const auto message = client.next();
      QVERIFY(!message.is_null());
      if (message.contains("id"))
        answers[message["id"]] = message;
      else if (message["method"] == "$/item" && message["params"]["id"] == newest)
        told.insert(message["params"]["value"]["pair"]["sample"].get<int64_t>());
    }
    QCOMPARE(codeIn(answers[old]), espalier::rpc::kSuperseded);
    const auto& result = answers[newest]["result"];
    QVERIFY2(!result.is_null(), qPrintable(sentenceIn(answers[newest])));
    QCOMPARE(told.size(), size_t(48));
    QCOMPARE(result["evaluation"]["pairs"].size(), size_t(48));
    QVERIFY(std::abs(result["sparsity"].get<double>() - 0.3) < 0.01);
    // Its model can be asked, and another evaluation says the same.
    const auto again = client.result("evaluate", {{"model", result["model"]}, {"data", data("pairs")}});
    QVERIFY(again["evaluation"]["pairs"] == result["evaluation"]["pairs"]);
    // One that is older still is not begun.
    QCOMPARE(codeIn(client.ask("setPlan", first)), espalier::rpc::kSuperseded);
  }

  void exportsToAFolderThere() {
    ServeClient client;
    const auto folder = m_dir.filePath("pruned").toStdString();
    const auto pruned = client.result(
        "prune",
        {{"model", model()}, {"plan", planAt(client, 0.4)}, {"options", {{"criterion", "magnitude"}}}});
    const auto written = client.result(
        "export", {{"model", pruned["model"]}, {"folder", folder}, {"recipe", {{"made", "by a test"}}}});
    QVERIFY(std::abs(written["sparsity"].get<double>() - 0.4) < 0.01);
    QVERIFY(QFile::exists(m_dir.filePath("pruned/espalier-recipe.json")));
    client.tell("release", pruned["model"]);
    const auto gone = client.ask("evaluate", {{"model", pruned["model"]}, {"data", data("pairs")}});
    QCOMPARE(codeIn(gone), espalier::rpc::kForgotten);
  }

  void badMessagesGetOneSentenceAndDoNoHarm_data() {
    QTest::addColumn<QString>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("sentence");
    const auto request = [](const char* method, const nlohmann::json& params) {
      return QString::fromStdString(
          espalier::framed(espalier::jsonText(espalier::requestOf(99, method, params))));
    };
    const auto content = [](const char* text) { return QString::fromStdString(espalier::framed(text)); };
    QTest::newRow("no frame") << "GET / HTTP/1.1\r\n"
                              << espalier::rpc::kParseError
                              << "\"GET / HTTP/1.1\" stands where a frame's header was expected";
    QTest::newRow("oversized") << "Content-Length: 70000000\r\n\r\n" + QString(70'000'000, 'x')
                               << espalier::rpc::kParseError
                               << "A frame of 70000000 bytes was announced; at most 67108864 are taken.";
    QTest::newRow("no JSON") << content("{nonsense") << espalier::rpc::kParseError
                             << "The message is not valid JSON";
    QTest::newRow("deep") << QString::fromStdString(espalier::framed(std::string(5000, '[')))
                          << espalier::rpc::kParseError << "The message is not valid JSON";
    QTest::newRow("method") << request("format_disk", nlohmann::json::object())
                            << espalier::rpc::kMethodNotFound
                            << "The method \"format_disk\" is not known; there are allocate, ";
    QTest::newRow("type") << request("listFolder", {{"path", 3}}) << espalier::rpc::kInvalidParams
                          << "\"path\" of listFolder is 3; a text was expected.";
    QTest::newRow("missing") << request("openModel", nlohmann::json::object())
                             << espalier::rpc::kInvalidParams
                             << "\"path\" of openModel is missing; a text was expected.";
    QTest::newRow("model") << request("openData", {{"model", {{"folder", 1}}}, {"path", "x"}})
                           << espalier::rpc::kInvalidParams
                           << "\"model\" of openData is {\"folder\":1}; {\"folder\": \"...\"} or";
    QTest::newRow("range") << request("pairs", {{"model", model()}, {"data", data("pairs")}, {"count", -1}})
                           << espalier::rpc::kInvalidParams
                           << "\"count\" of pairs is -1; a whole number from 1 to 5000 was expected.";
    QTest::newRow("option") << request("score", {{"model", model()}, {"options", {{"samples", "many"}}}})
                            << espalier::rpc::kEngineError
                            << "\"options\" has \"samples\": \"many\", a value of the wrong kind.";
    QTest::newRow("criterion") << request("prune", {{"model", model()},
                                                    {"plan", {{"groups", nlohmann::json::array()}}},
                                                    {"options", {{"criterion", "luck"}}}})
                               << espalier::rpc::kEngineError << "";
    QTest::newRow("no such model") << request("openModel", {{"path", "/no/model"}})
                                   << espalier::rpc::kEngineError << "";
  }
  void badMessagesGetOneSentenceAndDoNoHarm() {
    QFETCH(QString, bytes);
    QFETCH(int, code);
    QFETCH(QString, sentence);
    ServeClient client;
    client.write(bytes.toStdString());
    const auto refused = client.next();
    QCOMPARE(codeIn(refused), code);
    QVERIFY2(sentenceIn(refused).startsWith(sentence), qPrintable(sentenceIn(refused)));
    QVERIFY2(sentenceIn(refused).endsWith('.'), qPrintable(sentenceIn(refused)));
    QVERIFY(client.ask("listFolder", {{"path", "/"}}).contains("result"));
    QCOMPARE(client.end(), 0);
  }

  void asksForAGreetingAndRefusesANewerProtocol() {
    ServeClient client(false);
    QCOMPARE(codeIn(client.ask("listFolder", {{"path", "/"}})), espalier::rpc::kNotInitialized);
    const auto newer = client.ask("initialize", {{"protocol", 2}});
    QCOMPARE(
        sentenceIn(newer),
        "The client speaks version 2 of the protocol, this server version 1; install the same version of "
        "Espalier on both machines.");
    QVERIFY(client.ask("initialize", {{"protocol", 1}}).contains("result"));
  }

  // docs/example/serve_client.py, the client of docs/serve.md.
  void theClientInPythonWorks() {
    QProcess python;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("PATH", QString(ESPALIER_BINARY_DIR) + "/app:" + environment.value("PATH"));
    python.setProcessEnvironment(environment);
    python.start("python3", {QString(ESPALIER_SOURCE_DIR) + "/docs/example/serve_client.py",
                             servedSample("model"), servedSample("calibration"), servedSample("pairs")});
    QVERIFY(python.waitForFinished(120'000));
    const QString said = python.readAllStandardOutput();
    QVERIFY2(python.exitCode() == 0, qPrintable(python.readAllStandardError()));
    QVERIFY2(said.contains("of 48 right, 48 answers came one by one"), qPrintable(said));
    QVERIFY2(said.contains("0.500 pruned"), qPrintable(said));
  }
};

QTEST_GUILESS_MAIN(ServeCliTest)
#include "serve_cli_test.moc"
