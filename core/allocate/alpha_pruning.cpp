#include "core/allocate/alpha_pruning.h"

#include <algorithm>

#include "core/allocate/allocate.h"

namespace espalier {

std::vector<double> alphaPruningProfile(const std::vector<double>& alphas, double epsilon) {
  if (alphas.empty()) return {};
  const auto [low, high] = std::minmax_element(alphas.begin(), alphas.end());
  const double least = *low, span = *high - *low;
  std::vector<double> out;
  for (double q : alphas) out.push_back(span > 0 ? (q - least) / span * 2 * epsilon + 1 - epsilon : 1);
  return out;
}

Allocator alphaPruningAllocator() {
  Allocator a;
  a.name = "alpha-pruning";
  a.title = "AlphaPruning";
  a.statistic = "power-law exponent of the group's spectrum (PL_Alpha_Hill); a high one is pruned more";
  a.key = "alpha";
  a.aggregate = Aggregate::Mean;
  a.options = {{"epsilon",
                "sparsities before scaling run from 1 - epsilon to 1 + epsilon; 0.2 or 0.3 in the paper", 0.3,
                0, 1}};
  a.run = [](const auto& groups, const Budget& budget, const AllocatorOptions& options) {
    std::vector<double> alphas;
    for (const auto& g : groups) alphas.push_back(g.score);
    openBudget(groups,
               budget);  // refuses exponents that are not finite before they spread through the profile
    return fitProfile(groups, budget, alphaPruningProfile(alphas, options.at("epsilon")),
                      ProfileFit::Stretch);
  };
  return a;
}

}  // namespace espalier
