#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/kept_weights.h"

namespace espalier {

// The frame every allocation works in: groups of weights, a target for the whole, a cap for each, and pins.
// All sparsities are fractions 0 ... 1 of weights removed; all counts are whole weights.

// What an allocation is asked to give a sparsity to. The score's meaning is the allocator's: an importance
// for ecoflap, an outlier ratio for owl, and so on.
struct BudgetGroup {
  std::string name;             // for messages; need not be unique here
  int64_t parameters = 0;       // 1 or more
  double score = 0;             // finite
  std::optional<double> pin{};  // the sparsity a person fixed, 0 ... 1; it may lie above the cap
  std::optional<double> cap{};  // its own: the lower of this and the budget's holds
};

struct Budget {
  double target = 0.5;          // sparsity of all groups together
  std::optional<double> cap{};  // most that a group without a pin is given; default defaultCap(target)

  double capOrDefault() const;
  // The most that a group may be given.
  double capOf(const std::optional<double>& own) const { return std::min(capOrDefault(), own.value_or(1)); }
};

// min(target + 0.1, 1), the paper's choice.
double defaultCap(double target);

// One number per group, in the order given.
struct Allocation {
  std::vector<double> sparsity;  // a pin's own value, or 1 - kept / parameters
  std::vector<int64_t> kept;     // whole weights that stay
  double achieved = 0;           // 1 - sum(kept) / sum(parameters)
};

// No sparsities within the cap and the pins give the target. what() says so for people; the numbers are for a
// handle on screen or a suggested flag.
class BudgetError : public Error {
 public:
  BudgetError(const std::string& sentence, double nearest, double lowest, double highest)
      : Error(ErrorKind::InvalidInput, sentence), m_nearest(nearest), m_lowest(lowest), m_highest(highest) {}

  double nearestTarget() const { return m_nearest; }  // the possible target closest to the one asked for
  double lowestTarget() const { return m_lowest; }    // every target in lowest ... highest is possible
  double highestTarget() const { return m_highest; }

 private:
  double m_nearest;
  double m_lowest;
  double m_highest;
};

// The range of targets that the pins and the cap leave; without a cap, one that moves with the target.
struct TargetRange {
  double lowest = 0;
  double highest = 1;
};
TargetRange possibleTargets(const std::vector<BudgetGroup>& groups, const Budget& budget);

// A budget with its pins settled: what is left to share among the free groups. The parts an allocator needs;
// made by openBudget, given back to closeBudget.
struct OpenBudget {
  std::vector<size_t> free;         // which groups have no pin, ascending
  std::vector<double> least;        // per free group: fewest weights it keeps, see openBudget
  std::vector<double> most;         // per free group: all of its weights
  int64_t toKeep = 0;               // whole weights the free groups keep together
  std::vector<int64_t> pinnedKept;  // per group: weights a pinned group keeps; 0 where free
};

// Checks every number and settles the pins. A free group keeps at least parameters (1 - cap) weights by its
// cap, rounded up so that the cap holds in whole weights; where the target is so near the cap that those
// would add up to more than toKeep, `least` is not rounded, and a group may pass the cap by less than one of
// its weights. toKeep is round((1 - target) N) less what the pinned groups keep. Errors: InvalidInput naming
// the group or the number for a value out of its range, for groups without weights, for no groups at all;
// BudgetError if the target cannot be met. "Met" allows one weight, and half a weight more for each pin,
// since a pin's count is rounded to whole weights; toKeep is then moved to the nearest possible count.
OpenBudget openBudget(const std::vector<BudgetGroup>& groups, const Budget& budget);

// Rounds the wished counts (one per free group, each within least ... most, summing to about open.toKeep) to
// whole weights that sum to open.toKeep exactly: largest remainders get the odd weights, the earlier group
// first among equals.
Allocation closeBudget(const std::vector<BudgetGroup>& groups, const OpenBudget& open,
                       const std::vector<double>& wished);

}  // namespace espalier
