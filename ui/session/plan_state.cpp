#include "ui/session/plan_state.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/allocate/grouping.h"
#include "core/allocate/planner.h"

namespace espalier {

namespace {

// The sparsity that all matrices of the group were pinned to; nothing if there is no such.
std::optional<double> commonPin(const PlanGroup& group, const std::unordered_map<std::string, double>& pins) {
  std::optional<double> common;
  for (const auto& matrix : group.matrices) {
    const auto it = pins.find(matrix);
    if (it == pins.end() || (common && *common != it->second)) return std::nullopt;
    common = it->second;
  }
  return common;
}

void letGo(Plan& plan) {
  for (auto& group : plan.groups) group.pinned = false;
}

Plan planOver(const Scores& scores, const Plan& wishes, Granularity granularity) {
  std::unordered_map<std::string, double> pins;
  for (const auto& group : wishes.groups)
    if (group.pinned)
      for (const auto& matrix : group.matrices) pins.emplace(matrix, group.sparsity);

  Plan plan = wishes;
  plan.granularity = granularity;
  plan.groups = groupsOf(scores.matrices, granularity, plan.aggregate);
  for (auto& group : plan.groups)
    if (const auto pin = commonPin(group, pins)) {
      group.pinned = true;
      group.sparsity = *pin;
    }
  // Scores made without the statistic that the plan was shared by: those they were made for.
  if (!plan.allocator.empty() && !canShare(allocatorNamed(plan.allocator), plan.groups)) {
    plan.allocator = "ecoflap";
    plan.options.clear();
  }
  try {
    return reallocated(plan);
  } catch (const BudgetError&) {
    letGo(plan);
    plan.cap = std::max(plan.cap, plan.target);
    return reallocated(plan);
  }
}

}  // namespace

KeptState::KeptState(PlanState state, const KeptState* like)
    : m_plan(std::exchange(state.plan, {}), like ? &like->m_plan : nullptr) {
  m_rest = std::move(state);
}

PlanStatePtr KeptState::state() const {
  auto state = std::make_shared<PlanState>(m_rest);
  state->plan = m_plan.plan();
  return state;
}

bool samePruned(const PlanState& a, const PlanState& b) {
  return a.plan.sparsities() == b.plan.sparsities() && sameChoices(a.choices.prune, b.choices.prune) &&
         a.calibration == b.calibration && a.prompt == b.prompt;
}

bool sameData(const PlanState& a, const PlanState& b) {
  return a.calibration == b.calibration && a.pairs == b.pairs && a.prompt == b.prompt;
}

Plan regrouped(const PlanState& state, Granularity granularity) {
  return planOver(*state.scores, state.plan, granularity);
}

PlanState rescored(const PlanState& state, std::shared_ptr<const Scores> scores) {
  PlanState out = state;
  out.scored = true;
  out.plan = planOver(*scores, state.plan, state.plan.granularity);
  out.scores = std::move(scores);
  return out;
}

PlanState unscored(std::vector<MatrixScore> matrices, double target, const Choices& choices) {
  PlanState state;
  state.choices = choices;
  auto scores = std::make_shared<Scores>();
  scores->matrices = std::move(matrices);
  PlanRequest request;
  request.target = target;
  state.plan = makePlan(*scores, request);
  state.scores = std::move(scores);
  return state;
}

}  // namespace espalier
