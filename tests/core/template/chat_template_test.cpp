// Chat templates of model folders: every conversation of the reference, and where templates are looked for.
#include "core/template/chat_template.h"

#include <QtTest/QtTest>
#include <cmath>
#include <fstream>

#include "core/base/error.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

ordered_json readOrdered(const fs::path& path) {
  std::ifstream in(path);
  return ordered_json::parse(in);
}

}  // namespace

class ChatTemplateTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  void write(const char* file, const std::string& content) const {
    std::ofstream(m_folder.filePath(file).toStdString()) << content;
  }
  std::optional<ChatTemplate> found() const {
    const fs::path folder = m_folder.path().toStdString();
    return ChatTemplate::ofFolder(folder, *openTokenizer(folder));
  }
  static ordered_json request(const char* content = "hi") {
    return {{"messages", {{{"role", "user"}, {"content", content}}}}};
  }

 private Q_SLOTS:
  void initTestCase() {
    const auto any = familiesRoot() / "chat" / "mistral";
    for (const char* file : {"tokenizer.json", "tokenizer_config.json"})
      fs::copy_file(any / file, m_folder.filePath(file).toStdString());
    fs::permissions(m_folder.filePath("tokenizer_config.json").toStdString(), fs::perms::owner_all);
  }

  void equalsTheReference_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : entriesOf(familiesRoot() / "chat"))
      if (fs::exists(folder / "expected.json"))
        QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
    QVERIFY(fs::exists(familiesRoot() / "chat"));
  }
  void equalsTheReference() {
    QFETCH(QString, folder);
    const fs::path path = folder.toStdString();
    const auto tokenizer = openTokenizer(path);
    const auto chat = ChatTemplate::ofFolder(path, *tokenizer);
    QVERIFY(chat);
    const auto expected = readOrdered(path / "expected.json");
    for (const auto& sample : expected["cases"]) {
      auto given = sample["arguments"];
      given["messages"] = sample["conversation"];
      const auto name = sample["name"].get<std::string>() + " " + sample["arguments"].dump();
      std::string text;
      const auto error = errorOf([&] { text = chat->render(given); });
      if (sample.contains("error")) {
        // "TemplateError: what the template says"
        const auto told = sample["error"].get<std::string>();
        const auto said = QString::fromStdString(told.substr(told.find(": ") + 2));
        QVERIFY2(error.contains(said), qPrintable(QString::fromStdString(name) + ": " + error));
        continue;
      }
      QVERIFY2(error.isEmpty(), qPrintable(QString::fromStdString(name) + ": " + error));
      QVERIFY2(text == sample["text"].get<std::string>(), (name + ": " + text).c_str());
      QVERIFY2(tokenizer->encodePlain(text) == sample["ids"].get<std::vector<int64_t>>(), name.c_str());
      if (sample.contains("decoded"))
        QCOMPARE(tokenizer->decode(tokenizer->encodePlain(text), false),
                 sample["decoded"].get<std::string>());
    }
    for (const auto& sample : expected["plain"])
      QCOMPARE(tokenizer->encodePlain(sample["text"].get<std::string>()),
               sample["ids"].get<std::vector<int64_t>>());
  }

  // Of several files the first counts: .jinja, chat_template.json, processor_config.json,
  // tokenizer_config.json.
  void whereTemplatesLie() {
    QVERIFY(!found());
    auto settings = readJson(m_folder.filePath("tokenizer_config.json").toStdString());
    settings["chat_template"] = "tokenizer {{ bos_token }}{{ image_token }}{{ tools is none }}";
    settings["extra_special_tokens"] = {{"image_token", "[IMG]"}};
    write("tokenizer_config.json", settings.dump());
    QCOMPARE(found()->render(request()), std::string("tokenizer <s>[IMG]True"));

    settings["chat_template"] = {{{"name", "default"}, {"template", "plain"}},
                                 {{"name", "tool_use"}, {"template", "{{ tools | length }} tools"}}};
    write("tokenizer_config.json", settings.dump());
    auto withTools = request();
    withTools["tools"] = {{{"name", "f"}}};
    QCOMPARE(found()->render(request()), std::string("plain"));
    QCOMPARE(found()->render(withTools), std::string("1 tools"));
    auto byName = request();
    byName["chat_template"] = "rag";
    const auto error = errorOf([&] { found()->render(byName); });
    QVERIFY2(error.contains("no chat template named \"rag\"; it has \"default\", \"tool_use\""),
             qPrintable(error));
    byName["chat_template"] = "given {{ messages[0].content }}";
    QCOMPARE(found()->render(byName), std::string("given hi"));

    write("processor_config.json", R"({"chat_template": "processor"})");
    QCOMPARE(found()->render(request()), std::string("processor"));
    write("chat_template.json", R"({"chat_template": "json"})");
    QCOMPARE(found()->render(request()), std::string("json"));
    write("chat_template.jinja", "jinja");
    QCOMPARE(found()->render(request()), std::string("jinja"));
    fs::create_directory(m_folder.filePath("additional_chat_templates").toStdString());
    write("additional_chat_templates/rag.jinja", "rag");
    byName["chat_template"] = "rag";
    QCOMPARE(found()->render(byName), std::string("rag"));
  }

  void goesOn() {
    write("chat_template.jinja",
          "{% for m in messages %}<{{ m.role }}>{{ m.content if m.content is string else m.content[0].text | "
          "trim }}"
          "</s>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}");
    ordered_json given = {{"messages",
                           {{{"role", "user"}, {"content", "is it"}},
                            {{"role", "assistant"}, {"content", {{{"type", "text"}, {"text", " it is "}}}}}}},
                          {"continue_final_message", true}};
    QCOMPARE(found()->render(given), std::string("<user>is it</s><assistant>it is"));
    given["add_generation_prompt"] = true;
    QVERIFY(errorOf([&] { found()->render(given); }).contains("one of them was expected"));
  }

  void whatIsWrong() {
    write("chat_template.jinja", "{% for m in messages %}");
    QVERIFY(errorOf([&] { found(); }).contains("chat_template.jinja cannot be read, line 1"));
    write("chat_template.jinja", "{{ messages[0].nope.x }}");
    QVERIFY(errorOf([&] { found()->render(request()); }).contains("chat_template.jinja fails in line 1"));
    QVERIFY(errorOf([&] { found()->render({{"messages", "hi"}}); }).contains("\"messages\""));
    fs::remove(m_folder.filePath("chat_template.jinja").toStdString());
    write("chat_template.json", R"({"chat_template": 5})");
    QVERIFY(errorOf([&] { found(); }).contains("chat_template.json has a \"chat_template\""));

    write("m.json", "{\"messages\": [}");
    const fs::path file = m_folder.filePath("m.json").toStdString();
    QVERIFY(errorOf([&] { readConversation(file); }).contains("m.json is not valid JSON (line 1, column "));
    // A number beyond any double is infinite, as Python has it.
    write("m.json", R"({"messages": [{"role": "user", "content": 1e400}]})");
    QVERIFY(std::isinf(readConversation(file)["messages"][0]["content"].get<double>()));
    write("m.json", R"({"messages": )" + std::string(600, '[') + std::string(600, ']') + "}");
    QVERIFY(errorOf([&] { readConversation(file); }).contains("512"));
    write("m.json", "[]");
    QVERIFY(errorOf([&] { readConversation(file); }).contains("m.json has no list of \"messages\""));
  }
};

QTEST_APPLESS_MAIN(ChatTemplateTest)
#include "chat_template_test.moc"
