#include "ui/lesson/lesson_recorder.h"

#include <algorithm>

#include "ui/session/session.h"

namespace espalier {

std::optional<LessonWindowState> lessonStateOf(Session& session) {
  if (!session.hasModel() || session.plan().isEmpty()) return {};
  const Plan& plan = session.plan().settledPlan();
  LessonWindowState out;
  out.target = plan.target;
  out.capFollows = session.plan().capFollowsTarget();
  out.allocator = plan.allocator;
  out.criterion = session.pruneOptions().criterion;
  out.refinement = session.pruneOptions().refinement;
  if (session.plan().isScored()) out.scoredBy = session.plan().scores().method;
  for (size_t i = 0; i < plan.groups.size(); ++i) {
    if (plan.groups[i].pinned) out.pins[int(i)] = plan.groups[i].sparsity;
    if (plan.groups[i].name == session.selection().current()) out.block = int(i);
  }
  if (session.measuredNow()) out.asked = plan.sparsities();
  return out;
}

std::vector<LessonAct> lessonActsBetween(const std::optional<LessonWindowState>& before,
                                         const LessonWindowState& now) {
  std::vector<LessonAct> acts;
  const auto differs = [&](auto LessonWindowState::*value) {
    return !before || (*before).*value != now.*value;
  };
  if (!before) acts.push_back({"sample", {}, 0});
  const bool freed = !before || std::any_of(before->pins.begin(), before->pins.end(),
                                            [&](const auto& pin) { return !now.pins.contains(pin.first); });
  if (freed) acts.push_back({"reset", {}, 0});
  if (differs(&LessonWindowState::refinement)) acts.push_back({"refine", now.refinement, 0});
  if (differs(&LessonWindowState::criterion)) acts.push_back({"criterion", now.criterion, 0});
  if (differs(&LessonWindowState::allocator)) acts.push_back({"allocator", now.allocator, 0});
  if (differs(&LessonWindowState::target)) acts.push_back({"target", {}, now.target});
  if (now.capFollows && differs(&LessonWindowState::capFollows)) acts.push_back({"cap-follows", {}, 0});
  if (!now.scoredBy.empty() && differs(&LessonWindowState::scoredBy))
    acts.push_back({"score", now.scoredBy, 0});
  int block = before ? before->block.value_or(-1) : -1;  // -1: none
  for (const auto& [place, sparsity] : now.pins) {
    const auto was = before && !freed ? before->pins.find(place) : now.pins.end();
    if (before && !freed && was != before->pins.end() && was->second == sparsity) continue;
    acts.push_back({"block", {}, double(place)});
    acts.push_back({"set-block", {}, sparsity});
    block = place;
  }
  if (now.block && *now.block != block) acts.push_back({"block", {}, double(*now.block)});
  const bool pruning = differs(&LessonWindowState::asked) || differs(&LessonWindowState::criterion) ||
                       differs(&LessonWindowState::refinement);
  if (!now.asked.empty() && pruning) acts.push_back({"prune", {}, 0});
  return acts;
}

std::string lessonWaitOf(const std::vector<LessonAct>& acts) {
  const auto does = [&](const char* name) {
    return std::any_of(acts.begin(), acts.end(), [&](const auto& a) { return a.act == name; });
  };
  return does("prune") ? "answers" : does("score") ? "scores" : does("sample") ? "model" : "";
}

}  // namespace espalier
