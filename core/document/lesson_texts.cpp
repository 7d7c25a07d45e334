#include "core/document/lesson_texts.h"

#include <algorithm>

#include "core/base/error.h"

namespace espalier {

namespace {

// All texts of a lesson, const or not, in the order of the file.
template <typename L, typename Visit>
void visitTexts(L& lesson, const Visit& visit) {
  visit(lesson.title), visit(lesson.summary);
  for (auto& step : lesson.steps) {
    visit(step.title), visit(step.text), visit(step.formula);
    for (auto& act : step.acts)
      if (act.act == "remember") visit(act.name);
    if (!step.question) continue;
    auto& q = *step.question;
    visit(q.ask);
    for (auto& choice : q.choices) visit(choice);
    visit(q.first), visit(q.second);
    visit(q.hint), visit(q.right), visit(q.wrong);
  }
  for (auto& paragraph : lesson.teacher) visit(paragraph);
}

}  // namespace

std::vector<std::string> textsOf(const Lesson& lesson) {
  std::vector<std::string> out;
  visitTexts(lesson, [&](const std::string& text) {
    if (!text.empty() && std::find(out.begin(), out.end(), text) == out.end()) out.push_back(text);
  });
  return out;
}

Lesson translated(Lesson lesson, const LessonTexts& texts) {
  visitTexts(lesson, [&](std::string& text) {
    if (const auto found = texts.find(text); found != texts.end()) text = found->second;
  });
  return lesson;
}

LessonTexts lessonTextsFromJson(const nlohmann::json& json, const std::string& where) {
  if (!json.is_object()) throw Error(ErrorKind::Format, where + " is no JSON object.");
  LessonTexts out;
  for (const auto& [text, translation] : json.items()) {
    if (!translation.is_string() || translation.get<std::string>().empty())
      throw Error(ErrorKind::Format, where + " has no text in its language for \"" + text + "\".");
    out[text] = translation.get<std::string>();
  }
  return out;
}

}  // namespace espalier
