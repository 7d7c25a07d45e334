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
  struct Reference {
    std::shared_ptr<const Tokenizer> tokenizer;
    std::optional<ChatTemplate> chat;
    ordered_json expected;
  };
  std::map<fs::path, Reference> m_references;
  const Reference& reference(const fs::path& folder) {
    auto& r = m_references[folder];
    if (!r.tokenizer) {
      r.tokenizer = openTokenizer(folder);
      r.chat = ChatTemplate::ofFolder(folder, *r.tokenizer);
      r.expected = readOrdered(folder / "expected.json");
    }
    return r;
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
    QTest::addColumn<int>("number");
    for (const auto& folder : entriesOf(familiesRoot() / "chat")) {
      if (!fs::exists(folder / "expected.json")) continue;
      const auto cases = readOrdered(folder / "expected.json")["cases"];
      for (size_t i = 0; i < cases.size(); ++i)
        QTest::newRow(
            (folder.filename().string() + " " + std::to_string(i) + " " + cases[i]["name"].get<std::string>())
                .c_str())
            << QString::fromStdString(folder.string()) << int(i);
    }
    QVERIFY(fs::exists(familiesRoot() / "chat"));
  }
  void equalsTheReference() {
    QFETCH(QString, folder);
    QFETCH(int, number);
    const auto& [tokenizer, chat, expected] = reference(folder.toStdString());
    const auto& sample = expected["cases"][size_t(number)];
    auto given = sample["arguments"];
    given["messages"] = sample["conversation"];
    std::string text;
    const auto error = errorOf([&] { text = chat->render(given); });
    if (sample.contains("error")) {
      // "TemplateError: what the template says"
      const auto told = sample["error"].get<std::string>();
      QVERIFY2(!error.isEmpty(), (text + " was written; expected was " + told).c_str());
      QVERIFY2(error.contains(QString::fromStdString(told.substr(told.find(": ") + 2))), qPrintable(error));
      return;
    }
    QVERIFY2(error.isEmpty(), qPrintable(error));
    const auto wanted = sample["text"].get<std::string>();
    QVERIFY2(text == wanted, (text + "\n was written; expected was\n" + wanted).c_str());
    QVERIFY2(tokenizer->encodePlain(text) == sample["ids"].get<std::vector<int64_t>>(), text.c_str());
    if (sample.contains("decoded"))
      QCOMPARE(tokenizer->decode(tokenizer->encodePlain(text), false), sample["decoded"].get<std::string>());
  }

  void plainTextsHaveTheReferencesTokens_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : entriesOf(familiesRoot() / "chat"))
      if (fs::exists(folder / "expected.json"))
        QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }
  void plainTextsHaveTheReferencesTokens() {
    QFETCH(QString, folder);
    const auto& [tokenizer, chat, expected] = reference(folder.toStdString());
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

  // What the template writes behind a message may hold the message's own words.
  void goesOnFromItsOwnPlace() {
    write("chat_template.jinja",
          "{% for m in messages %}<|start|>{{ m.role }}\n{% if m.thought %}({{ m.thought }}){% endif %}"
          "{% if m.content is string %}{{ m.content }}{% else %}{% for p in m.content %}"
          "{{ p.text if 'text' in p else '<image>' }}{% endfor %}{% endif %}<|end|>\n{% endfor %}");
    const auto written = [&](ordered_json last, const ordered_json& field) {
      last["role"] = "assistant";
      return found()->render(
          {{"messages", {{{"role", "user"}, {"content", "q"}}, last}}, {"continue_final_message", field}});
    };
    const std::string before = "<|start|>user\nq<|end|>\n<|start|>assistant\n";
    for (const char* text : {"e", "end", "|", "", " ", "ends \n", "<|end|>", "naïve \u00a0"})
      QCOMPARE(written({{"content", text}}, true), before + text);
    const auto parts = ordered_json::parse(
        R"([{"type": "text", "text": "a"}, {"type": "text", "text": "n"}, {"type": "image"}])");
    QCOMPARE(written({{"content", parts}}, true), before + "an");
    QCOMPARE(written({{"content", "so"}, {"thought", "d"}}, "thought"), before + "(d");
    QCOMPARE(written({{"content", "e"}}, false), before + "e<|end|>\n");

    const auto refusal = [&](const ordered_json& last, const ordered_json& field) {
      return errorOf([&] { written(last, field); });
    };
    QVERIFY(refusal({{"content", nullptr}}, true).contains("no text under \"content\" to go on from"));
    QVERIFY(refusal({{"content", ordered_json::array()}}, true).contains("no text under \"content\""));
    QVERIFY(refusal({{"content", {{{"type", "image"}}}}}, true).contains("no text under \"content\""));
    QVERIFY(refusal({{"content", 5}}, true).contains("no text under \"content\""));
    QVERIFY(refusal({{"content", "a"}}, "thought").contains("no text under \"thought\""));
    QVERIFY(refusal({{"content", "a"}, {"other", "b"}}, "other").contains("reads no \"other\""));
    write("chat_template.jinja", "{{ messages[-1].content[2:9] }}");
    QVERIFY(refusal({{"content", "abc"}}, true).contains("does not write the last message's \"content\""));
  }

  // A template could make something of any value; tools and documents are lists of objects.
  void toolsAndDocumentsAreObjects() {
    write("chat_template.jinja", "{{ tools }}{{ documents }}");
    for (const char* key : {"tools", "documents"}) {
      auto given = request();
      for (const char* wrong :
           {R"(["weather"])", "[5]", R"([{"name":"f"},null])", R"("f")", R"({"name":"f"})", "1"}) {
        given[key] = ordered_json::parse(wrong);
        const auto error = errorOf([&] { found()->render(given); });
        const auto told = QString::fromStdString("The conversation's \"" + std::string(key) + "\" are " +
                                                 given[key].dump());
        QVERIFY2(error.startsWith(told + "; a list of "), qPrintable(error));
      }
      for (const char* right : {"[]", "null", R"([{"title": "a", "text": "b"}])"}) {
        given[key] = ordered_json::parse(right);
        QVERIFY(errorOf([&] { found()->render(given); }).isEmpty());
      }
    }
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
