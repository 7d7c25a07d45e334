#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/allocate/allocator.h"
#include "core/allocate/plan.h"
#include "core/allocate/scores.h"

namespace espalier {

// From scores to plans, and plans bent by hand: the functions of this folder put to Scores and Plan.

struct PlanRequest {
  double target = 0.5;
  std::optional<double> cap{};  // default defaultCap(target)
  Granularity granularity = Granularity::Block;
  std::optional<Aggregate> aggregate{};  // default the allocator's
  std::string allocator = "ecoflap";
  AllocatorOptions options{};
  std::map<std::string, double> pins{};              // group name -> sparsity
  std::map<std::string, double> componentCaps = {};  // component -> cap
};

// The number an allocator shares by: the group's score, or the statistic of its key. Throws Error
// (InvalidInput) saying how to gather it where the group has none; canShare: whether all of them have one.
double importanceFor(const Allocator& allocator, const PlanGroup& group);
bool canShare(const Allocator& allocator, const std::vector<PlanGroup>& groups);

// Errors: those of checkScores, groupsOf, allocatorNamed and allocate; InvalidInput for a pin on a group, or
// the cap of a component, that is not there. BudgetError carries the nearest target that is possible.
Plan makePlan(const Scores& scores, const PlanRequest& request);

// The plan with the sparsities of its unpinned groups made anew from its own target, cap, allocator and
// scores: after a person changed one of these, or pins. An imported plan, which names no allocator, is shared
// out uniformly. capFollowsTarget: the plan's cap is defaultCap() of its target, and the nearest target that
// a BudgetError names is one with a cap of its own.
Plan reallocated(const Plan& plan, bool capFollowsTarget = false);

// The plan after a person set groups to sparsities: those become pinned, the other unpinned groups give way
// by the rule of redistribute.h. Start from the plan as it was when the drag began, not from the last step of
// it.
struct PlanEdit {
  Plan plan;
  double achieved = 0;
  int64_t unmetWeights = 0;  // as in Redistribution
};
PlanEdit edited(const Plan& plan, const std::map<std::string, double>& set);

}  // namespace espalier
