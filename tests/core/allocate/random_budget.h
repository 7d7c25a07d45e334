#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/allocate/budget.h"
#include "core/base/random.h"

namespace espalier::test {

// A budget drawn at random, of a kind that can always be met: sizes over five decades, scores over up to
// twelve, some of them 0, caps anywhere from the target to 1.
struct RandomBudget {
  std::vector<BudgetGroup> groups;
  Budget budget;
};

inline RandomBudget randomBudget(uint64_t seed) {
  CounterRandom random(seed, streamOf("budget"));
  RandomBudget out;
  const int64_t count = 1 + random.below(40);
  const double spread = 12 * random.uniform(), zeros = random.below(3) == 0 ? 0.3 : 0;
  for (int64_t i = 0; i < count; ++i) {
    const auto n = int64_t(std::pow(10, 1 + 5 * random.uniform()));
    const double score = random.uniform() < zeros ? 0 : std::pow(10, spread * (random.uniform() - 0.5));
    out.groups.push_back({"g" + std::to_string(i), n, score, std::nullopt});
  }
  out.budget.target = random.uniform();
  if (random.below(2)) out.budget.cap = out.budget.target + (1 - out.budget.target) * random.uniform();
  return out;
}

inline double totalOf(const std::vector<BudgetGroup>& groups) {
  double n = 0;
  for (const auto& g : groups) n += double(g.parameters);
  return n;
}

// How many weights the groups keep beyond what the target says.
inline double excess(const RandomBudget& b, const Allocation& a) {
  double kept = 0;
  for (int64_t k : a.kept) kept += double(k);
  return kept - (1 - b.budget.target) * totalOf(b.groups);
}

}  // namespace espalier::test
