#include "core/document/lesson.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_numbers.h"
#include "core/base/json_text.h"

namespace espalier {

namespace {

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
  throw Error(ErrorKind::Format, where + " " + what);
}

std::string namesIn(const std::vector<LessonWord>& words) {
  std::string out;
  for (const auto& w : words) out += (out.empty() ? "" : ", ") + std::string(w.name);
  return out;
}

void checkWord(const std::vector<LessonWord>& words, const std::string& name, const char* key,
               const std::string& where) {
  if (std::none_of(words.begin(), words.end(), [&](const auto& w) { return w.name == name; }))
    refuse(where, "has \"" + std::string(key) + "\": \"" + name + "\"; there are " + namesIn(words) + ".");
}

template <typename T>
T taken(const nlohmann::json& j, const char* key, T otherwise, const std::string& where,
        bool required = false) {
  const auto it = j.find(key);
  if (it == j.end()) {
    if (required) refuse(where, "has no \"" + std::string(key) + "\".");
    return otherwise;
  }
  bool fits = false;
  if constexpr (std::is_same_v<T, std::string>)
    fits = it->is_string();
  else if constexpr (std::is_same_v<T, bool>)
    fits = it->is_boolean();
  else if constexpr (std::is_same_v<T, int64_t>)
    fits = isWhole(*it);
  else if constexpr (std::is_same_v<T, double>)
    fits = it->is_number();
  else
    fits = it->is_array() && std::all_of(it->begin(), it->end(), [](const auto& e) { return e.is_string(); });
  if (!fits)
    refuse(where, "has \"" + std::string(key) + "\": " + jsonText(*it).substr(0, 40) +
                      ", which is of another kind than docs/formats.md says.");
  return it->get<T>();
}

LessonQuestion questionFrom(const nlohmann::json& j, const std::string& where) {
  if (!j.is_object()) refuse(where, "is no JSON object.");
  LessonQuestion q;
  q.kind = taken<std::string>(j, "kind", "choice", where);
  q.ask = taken<std::string>(j, "ask", "", where, true);
  q.choices = taken<std::vector<std::string>>(j, "choices", {}, where);
  q.answer = taken<int64_t>(j, "answer", 0, where);
  q.value = taken<std::string>(j, "value", "", where);
  q.within = taken<double>(j, "within", 0, where);
  q.first = taken<std::string>(j, "first", "", where);
  q.second = taken<std::string>(j, "second", "", where);
  q.hint = taken<std::string>(j, "hint", "", where);
  q.right = taken<std::string>(j, "right", "", where);
  q.wrong = taken<std::string>(j, "wrong", "", where);
  if (q.kind == "choice") {
    if (q.choices.size() < 2) refuse(where, "offers fewer than two \"choices\".");
    if (q.answer < 0 || size_t(q.answer) >= q.choices.size())
      refuse(where, "has \"answer\": " + std::to_string(q.answer) + "; it counts \"choices\" from 0 to " +
                        std::to_string(q.choices.size() - 1) + ".");
  } else if (q.kind == "number") {
    checkWord(lessonValues(), q.value, "value", where);
    if (!(q.within > 0)) refuse(where, "has no \"within\" above 0: how far a guess may be away.");
  } else if (q.kind == "compare") {
    if (q.first.empty() || q.second.empty()) refuse(where, "needs \"first\" and \"second\".");
  } else {
    refuse(where, "has \"kind\": \"" + q.kind + "\"; there are choice, number, compare.");
  }
  return q;
}

LessonStep lessonStepFrom(const nlohmann::json& j, const std::string& where) {
  if (!j.is_object()) refuse(where, "is no JSON object.");
  LessonStep s;
  s.title = taken<std::string>(j, "title", "", where, true);
  s.text = taken<std::string>(j, "text", "", where, true);
  s.formula = taken<std::string>(j, "formula", "", where);
  s.picture = taken<std::string>(j, "picture", "", where);
  s.pane = taken<std::string>(j, "pane", "", where);
  s.wait = taken<std::string>(j, "wait", "", where);
  s.chart = taken<bool>(j, "chart", false, where);
  if (!s.wait.empty()) checkWord(lessonWaits(), s.wait, "wait", where);
  if (const auto acts = j.find("acts"); acts != j.end()) {
    if (!acts->is_array()) refuse(where, "has \"acts\" that are no list.");
    for (const auto& a : *acts) {
      if (!a.is_object()) refuse(where, "has an act that is no JSON object.");
      LessonAct act{taken<std::string>(a, "act", "", where, true), taken<std::string>(a, "name", "", where),
                    taken<double>(a, "number", 0, where)};
      checkWord(lessonActs(), act.act, "act", where);
      s.acts.push_back(std::move(act));
    }
  }
  if (const auto q = j.find("question"); q != j.end()) s.question = questionFrom(*q, where + ", question,");
  return s;
}

void put(nlohmann::json& j, const char* key, const std::string& value) {
  if (!value.empty()) j[key] = value;
}

nlohmann::json jsonOf(const LessonQuestion& q) {
  nlohmann::json j{{"kind", q.kind}, {"ask", q.ask}};
  if (q.kind == "choice") j["choices"] = q.choices, j["answer"] = q.answer;
  if (q.kind == "number") j["value"] = q.value, j["within"] = q.within;
  put(j, "first", q.first), put(j, "second", q.second);
  put(j, "hint", q.hint), put(j, "right", q.right), put(j, "wrong", q.wrong);
  return j;
}

}  // namespace

const std::vector<LessonWord>& lessonActs() {
  static const std::vector<LessonWord> acts{
      {"sample", "opens the bundled sample where no model is open"},
      {"reset", "takes back every pin"},
      {"target", "sets the target to number"},
      {"cap-follows", "lets the cap follow the target"},
      {"allocator", "shares by the allocator of that name"},
      {"criterion", "prunes by the criterion of that name"},
      {"refine", "refines by the refinements of that name; empty: by none"},
      {"score", "scores by the method of that name"},
      {"watch-estimate", "scores exactly, then draws noise again and again"},
      {"take-estimate", "ends that with the draws there are"},
      {"prune", "prunes to the plan and asks the test pairs"},
      {"sensitivity", "prunes each block alone and measures the loss"},
      {"block", "chooses the block at place number, from 0"},
      {"set-block", "sets the chosen block to the sparsity number"},
      {"remember", "keeps the present results under that name"}};
  return acts;
}

const std::vector<LessonWord>& lessonWaits() {
  static const std::vector<LessonWord> waits{{"model", "a model is open and has been asked"},
                                             {"scores", "scores are there and none are being measured"},
                                             {"draw", "the first draw of noise is over"},
                                             {"answers", "the answers are those of the present plan"},
                                             {"sensitivity", "every block's sensitivity is measured"}};
  return waits;
}

const std::vector<LessonWord>& lessonValues() {
  static const std::vector<LessonWord> values{
      {"blocks", "how many blocks can be pruned"},
      {"parameters", "how many weights can be pruned"},
      {"target", "the target, in per cent"},
      {"cap", "the cap, in per cent"},
      {"pinned", "how many blocks are pinned"},
      {"sparsity", "of the pruned model, in per cent"},
      {"right", "answers that the pruned model gives right"},
      {"total", "test pairs"},
      {"accuracy", "of the pruned model, in per cent"},
      {"loss", "of the pruned model"},
      {"dense-right", "answers that the unpruned model gives right"},
      {"dense-accuracy", "of the unpruned model, in per cent"},
      {"dense-loss", "of the unpruned model"},
      {"largest", "the block with the largest score"},
      {"smallest", "the block with the smallest score"},
      {"ratio", "the largest score divided by the smallest"},
      {"uncertainty", "the mean standard error of the scores, in per cent of them"},
      {"sensitive", "the block whose pruning to 80 % adds the most to the loss"},
      {"robust", "the block whose pruning to 80 % adds the least"},
      {"block-sparsity", "of the chosen block, in per cent"}};
  return values;
}

Lesson lessonFromJson(const nlohmann::json& j, const std::string& name, const std::string& where) {
  Lesson lesson;
  lesson.name = name;
  lesson.title = taken<std::string>(j, "title", "", where, true);
  lesson.summary = taken<std::string>(j, "summary", "", where);
  lesson.minutes = taken<int64_t>(j, "minutes", 45, where);
  lesson.teacher = taken<std::vector<std::string>>(j, "teacher", {}, where);
  const auto steps = j.find("steps");
  if (steps == j.end() || !steps->is_array() || steps->empty()) refuse(where, "has no \"steps\".");
  std::set<std::string> remembered;
  for (size_t i = 0; i < steps->size(); ++i) {
    const auto at = where + ", step " + std::to_string(i + 1) + ",";
    lesson.steps.push_back(lessonStepFrom((*steps)[i], at));
    const auto& step = lesson.steps.back();
    for (const auto& act : step.acts)
      if (act.act == "remember") remembered.insert(act.name);
    if (step.question && step.question->kind == "compare")
      for (const auto& asked : {step.question->first, step.question->second})
        if (!remembered.contains(asked))
          refuse(at, "compares \"" + asked + "\", which no step up to there remembers.");
  }
  return lesson;
}

Lesson readLesson(const std::filesystem::path& file) {
  auto lesson = lessonFromJson(readEspalierJson(file, "lesson"), file.stem().string(), file.string());
  lesson.folder = std::filesystem::absolute(file).parent_path();
  return lesson;
}

nlohmann::json toJson(const Lesson& lesson) {
  nlohmann::json j{{"title", lesson.title}, {"summary", lesson.summary}, {"minutes", lesson.minutes}};
  if (!lesson.teacher.empty()) j["teacher"] = lesson.teacher;
  for (const auto& s : lesson.steps) {
    nlohmann::json step{{"title", s.title}, {"text", s.text}};
    put(step, "formula", s.formula), put(step, "picture", s.picture), put(step, "pane", s.pane);
    put(step, "wait", s.wait);
    if (s.chart) step["chart"] = true;
    for (const auto& a : s.acts) {
      nlohmann::json act{{"act", a.act}};
      put(act, "name", a.name);
      if (a.number != 0) act["number"] = a.number;
      step["acts"].push_back(act);
    }
    if (s.question) step["question"] = jsonOf(*s.question);
    j["steps"].push_back(step);
  }
  return j;
}

void writeLesson(const std::filesystem::path& file, const Lesson& lesson) {
  writeEspalierJson(file, "lesson", toJson(lesson));
}

}  // namespace espalier
