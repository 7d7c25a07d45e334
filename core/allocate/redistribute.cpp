#include "core/allocate/redistribute.h"

#include <algorithm>
#include <cmath>

#include "core/allocate/level.h"

namespace espalier {

namespace {

// The rule of the header; BudgetError if the held values leave no way to meet the target.
Allocation share(const std::vector<EditedGroup>& groups, const std::vector<BudgetGroup>& asPins,
                 const Budget& budget) {
  const OpenBudget open = openBudget(asPins, budget);
  std::vector<LevelLine> lines(open.free.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto& g = groups[open.free[i]];
    const double now = double(keptWeights(g.parameters, g.sparsity));
    lines[i] = {open.least[i], std::max(now - open.least[i], 0.0), open.least[i], open.most[i]};
  }
  return closeBudget(asPins, open, fillToTotal(lines, double(open.toKeep)));
}

}  // namespace

Redistribution redistribute(const std::vector<EditedGroup>& groups, const Budget& budget) {
  std::vector<BudgetGroup> asPins;
  asPins.reserve(groups.size());
  for (const auto& g : groups) {
    if (!(g.sparsity >= 0 && g.sparsity <= 1))
      throw Error(ErrorKind::InvalidInput,
                  "The sparsity of group " + g.name + " is not a number from 0 to 1.");
    asPins.push_back({g.name, g.parameters, 0, std::nullopt, g.cap});
    if (g.held) asPins.back().pin = g.sparsity;
  }
  Budget possible{budget.target, budget.capOrDefault()};
  Allocation result;
  try {
    result = share(groups, asPins, possible);
  } catch (const BudgetError& e) {
    possible.target = e.nearestTarget();
    result = share(groups, asPins, possible);
  }

  Redistribution out{std::move(result.sparsity), std::move(result.kept), result.achieved, 0};
  if (possible.target != budget.target) {
    int64_t kept = 0;
    double all = 0;
    for (size_t i = 0; i < groups.size(); ++i) kept += out.kept[i], all += double(groups[i].parameters);
    out.unmetWeights = kept - std::llround((1 - budget.target) * all);
  }
  return out;
}

std::optional<SparsityRange> settableRange(const std::vector<EditedGroup>& groups, const Budget& budget,
                                           size_t index) {
  double all = 0, least = 0, most = 0;  // of the other groups' weights that stay
  for (size_t i = 0; i < groups.size(); ++i) {
    const auto& g = groups[i];
    const double n = double(g.parameters);
    all += n;
    if (i == index) continue;
    least += g.held ? n * (1 - g.sparsity) : n * (1 - budget.capOf(g.cap));
    most += g.held ? n * (1 - g.sparsity) : n;
  }
  const double n = double(groups.at(index).parameters), toKeep = (1 - budget.target) * all;
  const double lowest = 1 - (toKeep - least) / n, highest = 1 - (toKeep - most) / n;
  const double oneWeight = 1 / n;
  if (lowest > 1 + oneWeight || highest < -oneWeight) return std::nullopt;
  return SparsityRange{std::clamp(lowest, 0.0, 1.0), std::clamp(highest, 0.0, 1.0)};
}

}  // namespace espalier
