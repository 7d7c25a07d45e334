#include "core/allocate/allocate.h"

#include <algorithm>
#include <cmath>

#include "core/allocate/level.h"

namespace espalier {

Allocation allocateByScore(const std::vector<BudgetGroup>& groups, const Budget& budget) {
  const OpenBudget open = openBudget(groups, budget);
  std::vector<LevelLine> lines(open.free.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto& g = groups[open.free[i]];
    if (g.score < 0)
      throw Error(ErrorKind::InvalidInput,
                  "The score of group " + g.name + " is negative; scores of 0 and more were expected.");
    lines[i] = {open.least[i], g.score, open.least[i], open.most[i]};
  }
  return closeBudget(groups, open, fillToTotal(lines, double(open.toKeep)));
}

Allocation allocateUniformly(const std::vector<BudgetGroup>& groups, const Budget& budget) {
  const OpenBudget open = openBudget(groups, budget);
  std::vector<LevelLine> lines(open.free.size());
  for (size_t i = 0; i < lines.size(); ++i) lines[i] = {0, open.most[i], open.least[i], open.most[i]};
  return closeBudget(groups, open, fillToTotal(lines, double(open.toKeep)));
}

Allocation fitProfile(const std::vector<BudgetGroup>& groups, const Budget& budget,
                      const std::vector<double>& profile, ProfileFit fit) {
  const OpenBudget open = openBudget(groups, budget);
  if (profile.size() != groups.size())
    throw Error(ErrorKind::InvalidInput, "A profile of " + std::to_string(profile.size()) +
                                             " sparsities was given for " + std::to_string(groups.size()) +
                                             " groups; one for each was expected.");
  for (size_t i = 0; i < groups.size(); ++i)
    if (!std::isfinite(profile[i]) || (fit == ProfileFit::Stretch && profile[i] < 0))
      throw Error(ErrorKind::InvalidInput,
                  "The wished sparsity of group " + groups[i].name + " is not a usable number.");

  std::vector<LevelLine> lines(open.free.size());
  double all = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    const double n = open.most[i], wish = profile[open.free[i]];
    all += n;
    lines[i] = fit == ProfileFit::Shift ? LevelLine{n * (1 - wish), n, open.least[i], n}
                                        : LevelLine{0, n * wish, 0, n - open.least[i]};
  }
  if (fit == ProfileFit::Shift) return closeBudget(groups, open, fillToTotal(lines, double(open.toKeep)));
  // Stretching is about the weights that go, the budget about those that stay.
  auto wished = fillToTotal(lines, all - double(open.toKeep));
  for (size_t i = 0; i < lines.size(); ++i) wished[i] = open.most[i] - wished[i];
  return closeBudget(groups, open, wished);
}

}  // namespace espalier
