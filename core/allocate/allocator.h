#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/allocate/budget.h"
#include "core/allocate/plan.h"
#include "core/base/method.h"

namespace espalier {

// Ways to make a plan from one number per group, behind one interface. A further one is a pair of files
// beside uniform.h and one line in allocator.cpp.

struct AllocatorOption {
  std::string name;
  std::string description;  // for people; where the paper's values are given, they are named here
  double defaultValue = 0;
  double minimum = 0;
  double maximum = 0;
};

using AllocatorOptions = std::map<std::string, double>;

struct Allocator : Method {
  std::string statistic;  // what a group's score has to be, for people; empty if scores are not looked at
  // Which of a group's statistics that is ("outliers", ...); empty: its score.
  std::string key;
  Aggregate aggregate = Aggregate::Sum;  // how the paper makes that statistic of a block from its matrices
  std::vector<AllocatorOption> options;
  // Reproduces a released program, slips included: not exact, not for everyday use.
  bool reproduction = false;

  // Call allocate() below, which settles the options first. The result keeps to the rules of budget.h: the
  // total to within one weight, cap and pins (a reproduction keeps to the rules of its original).
  std::function<Allocation(const std::vector<BudgetGroup>&, const Budget&, const AllocatorOptions&)> run;
};

// The formulas of an allocator that shares what stays in proportion to one number of each group. statistic:
// what that number is, as a note.
std::vector<Formula> shareByScore(const std::string& statistic);

// All allocators, in the order to show them. The list itself is there to be added to (ListAddition).
const std::vector<Allocator>& allocators();
std::vector<Allocator>& allocatorList();

// Error (InvalidInput) lists the names there are.
const Allocator& allocatorNamed(const std::string& name);

// All options of an allocator; those not given have their defaults. Error (InvalidInput): one that it does
// not know, or that is out of range.
AllocatorOptions settledOptions(const Allocator& allocator, const AllocatorOptions& options);

// Runs an allocator. Errors: those of settledOptions and of openBudget.
Allocation allocate(const Allocator& allocator, const std::vector<BudgetGroup>& groups, const Budget& budget,
                    const AllocatorOptions& options = {});

}  // namespace espalier
