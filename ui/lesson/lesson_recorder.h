#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/document/lesson.h"

namespace espalier {

class Session;

// What of a window a lesson's acts can bring about.
struct LessonWindowState {
  double target = 0;
  bool capFollows = true;
  std::string allocator, criterion, refinement;
  std::string scoredBy;                           // empty: not scored
  std::map<int, double> pins;                     // sparsity by place
  std::optional<int> block;                       // place of the chosen one
  std::unordered_map<std::string, double> asked;  // the plan whose model has been asked; empty: none was
};
// Nothing where there is no plan.
std::optional<LessonWindowState> lessonStateOf(Session& session);

// The acts that lead from one state to another, in the order in which a step does them; without a state
// before, those that lead there from any state of the sample.
std::vector<LessonAct> lessonActsBetween(const std::optional<LessonWindowState>& before,
                                         const LessonWindowState& now);
// What a step that does them has to wait for; a name of lessonWaits().
std::string lessonWaitOf(const std::vector<LessonAct>& acts);

}  // namespace espalier
