#include "core/remote/messages.h"

#include <QtTest/QtTest>

#include "core/base/base64.h"
#include "core/base/json_text.h"
#include "core/engine/export_overflow.h"
#include "core/engine/value_json.h"
#include "core/remote/remote_engine.h"
#include "tests/support/errors.h"

using namespace espalier;

class MessagesTest : public QObject {
  Q_OBJECT

  // The error that a message is answered with: its code and its sentence.
  static std::pair<int, QString> refusalOf(const std::string& content) {
    nlohmann::json id;
    try {
      messageFrom(content, id);
    } catch (const RpcError& e) {
      return {e.code(), e.what()};
    }
    return {0, {}};
  }

 private Q_SLOTS:
  void readsRequestsNotificationsAndResponses() {
    nlohmann::json id;
    auto m = messageFrom(jsonText(requestOf(7, "score", {{"a", 1}})), id);
    QVERIFY(!m.isResponse && m.method == "score" && m.params["a"] == 1 && m.id == 7 && id == 7);
    m = messageFrom(jsonText(notificationOf("$/cancelRequest", {{"id", 7}})), id);
    QVERIFY(!m.isResponse && m.id.is_null() && m.params["id"] == 7);
    m = messageFrom(jsonText(responseOf("seven", {1, 2})), id);
    QVERIFY(m.isResponse && m.result.size() == 2 && m.error.is_null() && m.id == "seven");
    m = messageFrom(jsonText(failureOf(8, RpcError(-1, "No."))), id);
    QVERIFY(m.isResponse && m.error["code"] == -1 && m.error["message"] == "No.");
  }

  void refusesWhatIsNoMessage_data() {
    QTest::addColumn<QString>("content");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("no JSON") << "{" << rpc::kParseError << "The message is not valid JSON";
    QTest::newRow("batch") << "[{}]" << rpc::kInvalidRequest
                           << "A list of messages came; each needs a frame of its own.";
    QTest::newRow("number") << "3" << rpc::kInvalidRequest
                            << "A message is an object of JSON-RPC; number came.";
    QTest::newRow("version") << R"({"jsonrpc": "1.0", "id": 1, "method": "x"})" << rpc::kInvalidRequest
                             << "A message needs \"jsonrpc\": \"2.0\".";
    QTest::newRow("id") << R"({"jsonrpc": "2.0", "id": [1], "method": "x"})" << rpc::kInvalidRequest
                        << "A message's \"id\" is a whole number or a text.";
    QTest::newRow("method") << R"({"jsonrpc": "2.0", "id": 1, "method": 3})" << rpc::kInvalidRequest
                            << "A message needs a \"method\", a text.";
    QTest::newRow("params") << R"({"jsonrpc": "2.0", "id": 1, "method": "x", "params": [1]})"
                            << rpc::kInvalidRequest << "The \"params\" of x are an object with names.";
  }
  void refusesWhatIsNoMessage() {
    QFETCH(QString, content);
    QFETCH(int, code);
    QFETCH(QString, sentence);
    const auto [refused, said] = refusalOf(content.toStdString());
    QCOMPARE(refused, code);
    QVERIFY2(said.startsWith(sentence), qPrintable(said));
  }

  void errorsAreThrownAtTheOtherEndAsTheyWere() {
    const auto acrossTheWire = [](const auto& error) {
      throwError(errorFor(std::make_exception_ptr(error)).toJson());
    };
    for (const auto kind : {ErrorKind::InvalidInput, ErrorKind::Format, ErrorKind::Io, ErrorKind::Unsupported,
                            ErrorKind::Internal}) {
      try {
        acrossTheWire(Error(kind, "A sentence."));
        QFAIL("nothing was thrown");
      } catch (const Error& e) {
        QCOMPARE(int(e.kind()), int(kind));
        QCOMPARE(e.what(), "A sentence.");
      }
    }
    QVERIFY_EXCEPTION_THROWN(acrossTheWire(Cancelled()), Cancelled);
    DataChoices choices;
    choices.columns = {"a", "b"};
    choices.unread = "x.csv";
    try {
      acrossTheWire(UnknownColumns("Which?", choices));
      QFAIL("nothing was thrown");
    } catch (const UnknownColumns& e) {
      QVERIFY(e.choices().columns == choices.columns && e.choices().unread == "x.csv");
    }
    try {
      acrossTheWire(ExportOverflow({{"w", "F16", 2, 10, 70000.5}}));
      QFAIL("nothing was thrown");
    } catch (const ExportOverflow& e) {
      QCOMPARE(e.tensors().size(), size_t(1));
      QVERIFY(e.tensors()[0].name == "w" && e.tensors()[0].beyond == 2 && e.tensors()[0].largest == 70000.5);
    }
  }

  void addressesSayWhatIsStarted() {
    const auto ssh = [](std::vector<std::string> rest) {
      std::vector<std::string> all{
          "ssh", "-T", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"};
      all.insert(all.end(), rest.begin(), rest.end());
      all.insert(all.end(), {"espalier-cli", "serve"});
      return all;
    };
    QVERIFY(engineAddress("ssh://cards").command == ssh({"--", "cards"}));
    QVERIFY(engineAddress("ssh://anna@cards.example:2222").command ==
            ssh({"-p", "2222", "-l", "anna", "--", "cards.example"}));
    QVERIFY(engineAddress("ssh://[fe80::1]:22").command == ssh({"-p", "22", "--", "fe80::1"}));
    QVERIFY((engineAddress("docker exec -i x espalier-cli serve").command ==
             std::vector<std::string>{"/bin/sh", "-c", "docker exec -i x espalier-cli serve"}));
    for (const char* wrong : {"", "  ", "ssh://", "ssh://-oProxyCommand=x", "ssh://a b", "ssh://host:0",
                              "ssh://host:99999", "ssh://-x@host", "ssh://host;rm"})
      QVERIFY2(test::errorOf([&] { engineAddress(wrong); }).startsWith("--engine is \""), wrong);
  }

  void bytesSurviveBase64() {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
      QCOMPARE(QByteArray::fromStdString(base64(bytes)), QByteArray::fromStdString(bytes).toBase64());
      QVERIFY(bytesOfBase64(base64(bytes)) == bytes);
      bytes += char(i * 7);
    }
    for (const char* wrong : {"a", "abc", "ab=c", "====", "a===", "ab\nc"})
      QVERIFY2(!bytesOfBase64(wrong), wrong);
  }

  void valuesComeBackAsTheyWere() {
    ModelInfo info;
    info.folder = "/models/x";
    info.name = "x", info.family = "blip-2";
    info.blocks = {{"a.0", Component::Vision, true, {{"a.0.w", 3, 4, false}}},
                   {"b.0", Component::LanguageDecoder, false, {{"b.0.w", 5, 6, true}}}};
    info.parameters = 42, info.prunableParameters = 12, info.fileBytes = 168, info.denseBytes = 170;
    info.sparsity = -1;
    info.warnings = {"A sentence."};
    const auto again = modelInfoFrom(toJson(info));
    QVERIFY(toJson(again) == toJson(info));
    QVERIFY(again.blocks[1].matrices[0].routed && again.blocks[1].component == Component::LanguageDecoder);

    Dataset data;
    data.path = "/data/x";
    data.kind = DataKind::Classes;
    data.classNames = {"cat", "dog"};
    data.samples = {{"a.png", "", "cat", "", {"cat", "kitten"}, 0, 2}};
    data.problems = {{"b.png", "is broken"}};
    data.options.split = "train";
    data.choices.splits = {"train", "val"};
    auto back = datasetFrom(describe(data));
    for (const auto& s : data.samples) back.samples.push_back(sampleFrom(toJson(s)));
    QVERIFY(describe(back) == describe(data));
    QVERIFY(toJson(back.samples[0]) == toJson(data.samples[0]));
    QVERIFY(back.samples[0].classCount == 2 && back.samples[0].answers.size() == 2);
    QVERIFY(test::errorOf([] {
              auto wrong = describe(Dataset());
              wrong["kind"] = "sounds";
              datasetFrom(wrong);
            }) == "\"sounds\" is the name of nothing that this version knows.");
  }
};

QTEST_APPLESS_MAIN(MessagesTest)
#include "messages_test.moc"
