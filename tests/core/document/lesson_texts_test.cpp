// Lessons in other languages: every table of the program has all texts, and says the same with the same
// values.
#include "core/document/lesson_texts.h"

#include <QtTest/QtTest>
#include <algorithm>
#include <regex>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"

using namespace espalier;
namespace fs = std::filesystem;

namespace {

const fs::path kLessons = fs::path(ESPALIER_SOURCE_DIR) / "resources/lessons";

// {values} and tags, in any order; of a mark of remembered results, its kind alone.
std::multiset<std::string> marksIn(const std::string& text) {
  static const std::regex mark("<[^>]*>|\\{[a-z-]+");
  return {std::sregex_token_iterator(text.begin(), text.end(), mark), {}};
}

// The remembered results that a text mentions.
std::set<std::string> mentionedIn(const std::string& text) {
  static const std::regex mark("\\{(answers|compare):([^}]*)\\}");
  std::set<std::string> out;
  for (std::sregex_iterator it(text.begin(), text.end(), mark), end; it != end; ++it) {
    const std::string names = it->str(2);
    const auto comma = it->str(1) == "compare" ? names.find(',') : std::string::npos;
    out.insert(names.substr(0, comma));
    if (comma != std::string::npos) out.insert(names.substr(comma + 1));
  }
  return out;
}

// "weights.de.json" with its lesson.
std::vector<std::pair<fs::path, Lesson>> tables() {
  std::vector<std::pair<fs::path, Lesson>> out;
  for (const auto& e : fs::directory_iterator(kLessons))
    if (e.path().extension() == ".json")
      out.emplace_back(e.path(), readLesson(kLessons / (e.path().stem().stem().string() + ".lesson")));
  return out;
}

Lesson in(const fs::path& table, const Lesson& lesson) {
  return translated(lesson, lessonTextsFromJson(readJsonFile(table), table.filename().string()));
}

}  // namespace

class LessonTextsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyTextIsThere() {
    QVERIFY(tables().size() >= 5);
    for (const auto& [file, lesson] : tables()) {
      const auto texts = lessonTextsFromJson(readJsonFile(file), file.filename().string());
      const auto wanted = textsOf(lesson);
      QVERIFY(wanted.size() > 20);
      for (const auto& text : wanted) {
        const auto found = texts.find(text);
        QVERIFY2(found != texts.end(), (file.filename().string() + ": " + text).c_str());
        QVERIFY2(marksIn(text) == marksIn(found->second), found->second.c_str());
      }
      // Nothing of a text that the lesson no longer has.
      for (const auto& [text, said] : texts)
        QVERIFY2(std::find(wanted.begin(), wanted.end(), text) != wanted.end(), text.c_str());
    }
  }

  // What the lesson does and how it is judged is the same; results are remembered by the names that the other
  // texts mention.
  void onlyWordsChange() {
    for (const auto& [file, lesson] : tables()) {
      const Lesson other = in(file, lesson);
      QVERIFY(other.title != lesson.title);
      QCOMPARE(other.steps.size(), lesson.steps.size());
      std::set<std::string> remembered;
      for (size_t i = 0; i < lesson.steps.size(); ++i) {
        const auto &a = lesson.steps[i], &b = other.steps[i];
        QVERIFY(a.wait == b.wait && a.pane == b.pane && a.chart == b.chart);
        QCOMPARE(a.acts.size(), b.acts.size());
        for (size_t k = 0; k < a.acts.size(); ++k) {
          QCOMPARE(a.acts[k].act, b.acts[k].act);
          QCOMPARE(a.acts[k].number, b.acts[k].number);
          if (b.acts[k].act == "remember")
            remembered.insert(b.acts[k].name);
          else
            QCOMPARE(a.acts[k].name, b.acts[k].name);
        }
        for (const auto& name : mentionedIn(b.text))
          QVERIFY2(remembered.contains(name), (file.filename().string() + ": " + name).c_str());
        if (b.question) QCOMPARE(a.question->answer, b.question->answer);
      }
      // It reads as a lesson: comparisons find what they compare.
      QCOMPARE(lessonFromJson(toJson(other), "x", "x.lesson").steps.size(), lesson.steps.size());
    }
  }

  void aTextThatIsMissingStays() {
    Lesson lesson{"l", "Title", "", 45, {{"Step", "Words"}}, {}};
    const Lesson other = translated(lesson, {{"Step", "Schritt"}});
    QCOMPARE(other.title, std::string("Title"));
    QCOMPARE(other.steps[0].title, std::string("Schritt"));
    QCOMPARE(textsOf(lesson), (std::vector<std::string>{"Title", "Step", "Words"}));
    QVERIFY_EXCEPTION_THROWN(lessonTextsFromJson({{"Step", 3}}, "x.json"), Error);
    QVERIFY_EXCEPTION_THROWN(lessonTextsFromJson({1}, "x.json"), Error);
  }
};

QTEST_APPLESS_MAIN(LessonTextsTest)
#include "lesson_texts_test.moc"
