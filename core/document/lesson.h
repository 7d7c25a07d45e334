#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace espalier {

// A lesson as a file has it: steps that show, do and ask things in a window of their own. "espalier/lesson",
// version 1 (docs/formats.md). Texts may hold simple HTML and {values}, which the run fills in.

// Something that a step does in the window: a name of lessonActs() and what it is done with.
struct LessonAct {
  std::string act;
  std::string name;   // of an allocator, criterion, pane or remembered result; empty: none
  double number = 0;  // a target, a place or a sparsity
};

struct LessonQuestion {
  // "choice": one of `choices` is right. "number": a value of the run, guessed within `within`. "compare":
  // which of two remembered results is better, or that chance alone may part them; the run decides.
  std::string kind = "choice";
  std::string ask;
  std::vector<std::string> choices = {};  // of a choice
  int64_t answer = 0;                     // which of them is right, from 0
  std::string value = {};                 // of a number: a name of lessonValues()
  double within = 0;                      // how far a guess may be from it, in its unit
  std::string first = {}, second = {};    // of a comparison: remembered results
  std::string hint = {}, right = {}, wrong = {};
};

struct LessonStep {
  std::string title;
  std::string text;
  std::string formula = {};  // simple HTML
  std::string picture = {};  // a file beside the lesson, or inside the program
  std::string pane = {};     // brought to front; "chart": the plan
  std::vector<LessonAct> acts = {};
  std::string wait = {};  // a name of lessonWaits(); empty: nothing is waited for
  std::optional<LessonQuestion> question = {};
  bool chart = false;  // the handout shows the plan's chart as it is when this step is left
};

struct Lesson {
  std::string name;  // of the file, by which progress is kept
  std::string title, summary;
  int64_t minutes = 45;
  std::vector<LessonStep> steps;
  std::vector<std::string> teacher = {};  // paragraphs of the teacher's page
  std::filesystem::path folder = {};      // it lies in, with its pictures; empty: inside the program
};

// What there is, each with one line of explanation.
struct LessonWord {
  const char* name;
  const char* help;
};
const std::vector<LessonWord>& lessonActs();
const std::vector<LessonWord>& lessonWaits();
const std::vector<LessonWord>& lessonValues();

// Throws Error (Format) naming the file, the step and what would be right.
Lesson lessonFromJson(const nlohmann::json& json, const std::string& name, const std::string& where);
Lesson readLesson(const std::filesystem::path& file);
nlohmann::json toJson(const Lesson& lesson);
void writeLesson(const std::filesystem::path& file, const Lesson& lesson);

}  // namespace espalier
