#include "core/allocate/planner.h"

#include "core/allocate/grouping.h"
#include "core/allocate/redistribute.h"

namespace espalier {

namespace {

PlanGroup& groupNamed(Plan& plan, const std::string& name) {
  for (auto& g : plan.groups)
    if (g.name == name) return g;
  throw Error(ErrorKind::InvalidInput,
              "There is no group \"" + name + "\" to pin; the plan has " +
                  std::to_string(plan.groups.size()) + " groups by " + nameOf(plan.granularity) +
                  (plan.groups.empty() ? "." : ", the first of them \"" + plan.groups.front().name + "\"."));
}

}  // namespace

double importanceFor(const Allocator& allocator, const PlanGroup& group) {
  if (allocator.key.empty()) return group.score;
  const auto it = group.statistics.find(allocator.key);
  if (it == group.statistics.end())
    throw Error(ErrorKind::InvalidInput,
                allocator.title + " shares by the " + allocator.statistic + ", which the scores of " +
                    group.name +
                    " lack; score with --statistics, or with --method local, which gathers them all.");
  return it->second;
}

bool canShare(const Allocator& allocator, const std::vector<PlanGroup>& groups) {
  for (const auto& g : groups)
    if (!allocator.key.empty() && !g.statistics.contains(allocator.key)) return false;
  return true;
}

Plan reallocated(const Plan& plan, bool capFollowsTarget) {
  const Allocator& allocator = allocatorNamed(plan.allocator.empty() ? "uniform" : plan.allocator);
  std::vector<BudgetGroup> groups;
  groups.reserve(plan.groups.size());
  for (const auto& g : plan.groups) {
    groups.push_back({g.name, g.parameters, importanceFor(allocator, g), std::nullopt, plan.ownCapOf(g)});
    if (g.pinned) groups.back().pin = g.sparsity;
  }
  Budget budget{plan.target, plan.cap};
  if (capFollowsTarget) budget.cap.reset();
  const auto result = allocate(allocator, groups, budget, plan.options);
  Plan out = plan;
  out.cap = budget.capOrDefault();
  for (size_t i = 0; i < out.groups.size(); ++i) out.groups[i].sparsity = result.sparsity[i];
  return out;
}

Plan makePlan(const Scores& scores, const PlanRequest& request) {
  checkScores(scores);
  Plan plan;
  plan.target = request.target;
  plan.cap = request.cap.value_or(defaultCap(request.target));
  plan.granularity = request.granularity;
  plan.aggregate = request.aggregate.value_or(allocatorNamed(request.allocator).aggregate);
  plan.allocator = request.allocator;
  plan.options = request.options;
  plan.groups = groupsOf(scores.matrices, plan.granularity, plan.aggregate);
  for (const auto& [name, cap] : request.componentCaps) {
    std::string known;
    bool isThere = false;
    for (const auto& g : plan.groups) {
      isThere = isThere || g.component == name;
      if (known.find("\"" + g.component + "\"") == std::string::npos)
        known += (known.empty() ? "\"" : ", \"") + g.component + "\"";
    }
    if (!isThere)
      throw Error(ErrorKind::InvalidInput,
                  "There is no component \"" + name + "\" to cap; the scores have " + known + ".");
  }
  plan.componentCaps = request.componentCaps;
  for (const auto& [name, sparsity] : request.pins) {
    PlanGroup& g = groupNamed(plan, name);
    g.sparsity = sparsity;
    g.pinned = true;
  }
  return reallocated(plan, !request.cap);
}

PlanEdit edited(const Plan& plan, const std::map<std::string, double>& set) {
  PlanEdit out{plan, 0, 0};
  for (const auto& [name, sparsity] : set) {
    PlanGroup& g = groupNamed(out.plan, name);
    g.sparsity = sparsity;
    g.pinned = true;
  }
  std::vector<EditedGroup> groups;
  groups.reserve(plan.groups.size());
  for (const auto& g : out.plan.groups)
    groups.push_back({g.name, g.parameters, g.sparsity, g.pinned, out.plan.ownCapOf(g)});
  const auto result = redistribute(groups, {plan.target, plan.cap});
  for (size_t i = 0; i < groups.size(); ++i) out.plan.groups[i].sparsity = result.sparsity[i];
  out.achieved = result.achieved;
  out.unmetWeights = result.unmetWeights;
  return out;
}

}  // namespace espalier
