// Lessons as files: the bundled ones are whole, faults are named, nothing is lost in writing.
#include "core/document/lesson.h"

#include <QtTest/QtTest>
#include <regex>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/support/errors.h"

using namespace espalier;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> bundled() {
  std::vector<fs::path> out;
  for (const auto& e : fs::directory_iterator(fs::path(ESPALIER_SOURCE_DIR) / "resources/lessons"))
    if (e.path().extension() == ".lesson") out.push_back(e.path());
  std::sort(out.begin(), out.end());
  return out;
}

json small() {
  return {{"title", "t"}, {"steps", {{{"title", "one"}, {"text", "words"}}}}};
}

}  // namespace

class LessonTest : public QObject {
  Q_OBJECT

  void refused(const json& j, const char* word) {
    try {
      lessonFromJson(j, "x", "x.lesson");
    } catch (const Error& e) {
      const std::string said = e.what();
      QVERIFY2(said.find(word) != std::string::npos && said.starts_with("x.lesson"), said.c_str());
      return;
    }
    QFAIL(word);
  }

 private Q_SLOTS:
  void bundledLessonsAreWhole() {
    QCOMPARE(bundled().size(), size_t(6));
    for (const auto& file : bundled()) {
      const auto lesson = readLesson(file);
      QVERIFY(lesson.steps.size() >= 8);
      QVERIFY(!lesson.teacher.empty() && !lesson.summary.empty());
      int questions = 0, charts = 0;
      for (const auto& s : lesson.steps) {
        questions += s.question.has_value();
        charts += s.chart;
        // Every {value} is one that the run knows.
        static const std::regex mark("\\{([a-z-]+)(:[^}]*)?\\}");
        for (std::sregex_iterator it(s.text.begin(), s.text.end(), mark), end; it != end; ++it) {
          const auto name = it->str(1);
          const auto& known = lessonValues();
          QVERIFY2(name == "compare" || name == "answers" ||
                       std::any_of(known.begin(), known.end(), [&](const auto& v) { return v.name == name; }),
                   name.c_str());
        }
        if (s.question && s.question->kind == "choice")
          QVERIFY2(!s.question->hint.empty() && !s.question->wrong.empty(), s.title.c_str());
      }
      // The tour of ten minutes asks once, at its end.
      QVERIFY2(questions >= (lesson.minutes < 45 ? 1 : 4), lesson.title.c_str());
      QVERIFY2(charts >= 2, lesson.title.c_str());
    }
  }

  void writesWhatItReads() {
    QTemporaryDir dir;
    for (const auto& file : bundled()) {
      const auto again = fs::path(dir.path().toStdString()) / file.filename();
      writeLesson(again, readLesson(file));
      QVERIFY(readJsonFile(again) == readJsonFile(file));
    }
  }

  void faultsAreNamed() {
    refused({{"title", "t"}}, "steps");
    refused({{"steps", json::array({1})}}, "title");
    auto j = small();
    j["steps"][0].erase("text");
    refused(j, "step 1, has no \"text\"");
    j = small();
    j["steps"][0]["wait"] = "tea";
    refused(j, "tea");
    j = small();
    j["steps"][0]["acts"] = {{{"act", "explode"}}};
    refused(j, "explode");
    j = small();
    j["steps"][0]["question"] = {{"ask", "?"}, {"choices", {"a", "b"}}, {"answer", 2}};
    refused(j, "answer");
    j["steps"][0]["question"] = {{"ask", "?"}, {"choices", {"a"}}};
    refused(j, "choices");
    j["steps"][0]["question"] = {{"ask", "?"}, {"kind", "number"}, {"value", "weather"}};
    refused(j, "weather");
    j["steps"][0]["question"] = {{"ask", "?"}, {"kind", "number"}, {"value", "loss"}};
    refused(j, "within");
    // A result has to be remembered before it is compared.
    j["steps"][0]["question"] = {{"ask", "?"}, {"kind", "compare"}, {"first", "a"}, {"second", "b"}};
    refused(j, "remembers");
    j["steps"][0]["acts"] = {{{"act", "remember"}, {"name", "a"}}, {{"act", "remember"}, {"name", "b"}}};
    QCOMPARE(lessonFromJson(j, "x", "x.lesson").steps[0].question->kind, std::string("compare"));
    j["minutes"] = "long";
    refused(j, "minutes");
  }
};

QTEST_GUILESS_MAIN(LessonTest)
#include "lesson_test.moc"
