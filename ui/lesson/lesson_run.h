#pragma once

#include <QString>
#include <map>
#include <optional>

#include "core/document/lesson.h"
#include "core/document/project.h"
#include "ui/lesson/lesson_stage.h"

namespace espalier {

// What a lesson's steps do and see in their window. Everything that is said of the model is read from here.
class LessonRun {
 public:
  explicit LessonRun(LessonStage stage);

  const LessonStage& stage() const { return m_stage; }
  void act(const LessonAct& act);
  // What an act left for later, when it may be done: a pruning asked for while scores were being measured.
  void goOn();
  bool hasPlan() const;  // until then only "sample" does anything
  // What has to be over before the lesson goes on, for people; empty: it may.
  QString waitsFor(const std::string& wait) const;

  // A name of lessonValues(): as people read it, "\u2013" where it is not known; and as a number.
  QString value(const std::string& name) const;
  std::optional<double> number(const std::string& name) const;
  // The text with {values}, {answers:NAME} (remembered results) and {compare:A,B} filled in. A difference
  // within chance is called that.
  QString filledIn(const std::string& text) const;

  // Of two remembered results: 0 the first is better, 1 the second, 2 chance alone may part them; nothing
  // where they are not both there.
  std::optional<int> betterOf(const std::string& first, const std::string& second) const;
  QString comparison(const std::string& first, const std::string& second) const;

 private:
  Session& session() const { return m_stage.session; }
  QString blockBy(const std::string& name) const;
  struct AnswerDifference {
    int64_t onlyFirst = 0, onlySecond = 0;
  };
  std::optional<AnswerDifference> compareAnswers(const std::string& first, const std::string& second) const;

  LessonStage m_stage;
  bool m_pruneLater = false;
  std::map<std::string, MeasuredPlan> m_remembered;
};

}  // namespace espalier
