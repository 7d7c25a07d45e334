#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/document/lesson.h"

namespace espalier {

// The lesson's own words against those of another language. The names of remembered results are among them:
// people read them, and other texts mention them as {answers:NAME} and {compare:A,B}.
using LessonTexts = std::map<std::string, std::string>;

// Every text of the lesson that people read, in the order of the file, each once; empty ones are left out.
std::vector<std::string> textsOf(const Lesson& lesson);

// The lesson in another language: what it does and how it is judged stays. A text that the table lacks stays
// as it is.
Lesson translated(Lesson lesson, const LessonTexts& texts);

// {"text": "the same in another language"}; where: names the table in messages. Throws Error (Format).
LessonTexts lessonTextsFromJson(const nlohmann::json& json, const std::string& where);

}  // namespace espalier
