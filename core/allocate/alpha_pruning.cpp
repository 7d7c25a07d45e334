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
  a.summary = ENGINE_TEXT("Engine", "blocks with a heavier-tailed spectrum keep more");
  a.formulas = {
      {"α<sub>g</sub> = Hill exponent of the eigenvalues of WᵀW",
       ENGINE_TEXT("Engine", "from the larger half of them, averaged over the matrices of block g.")},
      {"q<sub>g</sub> = 1 − ε + 2ε (α<sub>g</sub> − min α) / (max α − min α)",
       ENGINE_TEXT("Engine", "ε is {epsilon}; q tells how sparse a block is relative to the others.")},
      {"Σ (1 − sparsity<sub>g</sub>) n<sub>g</sub> = (1 − t) N",
       ENGINE_TEXT(
           "Engine",
           "The sparsities are stretched until the target t, {target}, is met for all N = {parameters} "
           "weights. None passes the cap, {cap}.")}};
  a.reference = "Lu et al., NeurIPS 2024, arXiv 2410.10912";
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
