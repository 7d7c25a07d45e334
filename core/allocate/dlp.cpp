#include "core/allocate/dlp.h"

#include "core/allocate/allocate.h"
#include "core/allocate/owl.h"

namespace espalier {

std::vector<double> dlpSparsities(const std::vector<double>& unimportance, double target, double alpha) {
  double sum = 0;
  for (double u : unimportance) sum += u;
  std::vector<double> importance;
  for (double u : unimportance) importance.push_back(sum > 0 ? 1 - u / sum : 1);
  return centredSparsities(importance, target, alpha);
}

Allocator dlpAllocator() {
  Allocator a;
  a.name = "dlp";
  a.title = "DLP";
  a.summary = ENGINE_TEXT("Engine", "blocks with a higher median weight keep less");
  a.formulas = {
      {"u<sub>g</sub> = median A<sub>ij</sub>, &nbsp; I<sub>g</sub> = 1 − u<sub>g</sub> / Σ u",
       ENGINE_TEXT(
           "Engine",
           "A<sub>ij</sub> is |W<sub>ij</sub>| · ‖X<sub>j</sub>‖<sub>2</sub>, I the relative importance of "
           "a block.")},
      {"d<sub>g</sub> = 2α (I<sub>g</sub> − min I) / (max I − min I), &nbsp; sparsity<sub>g</sub> = t − "
       "(d<sub>g</sub> − mean d)",
       ENGINE_TEXT("Engine", "α is {alpha}: half the range of sparsities around the target.")},
      {"Σ (1 − sparsity<sub>g</sub>) n<sub>g</sub> = (1 − t) N",
       ENGINE_TEXT("Engine",
                   "The sparsities are shifted until the target t, {target}, is met for all N = {parameters} "
                   "weights. None passes the cap, {cap}.")}};
  a.reference = "Chen et al., ICML 2025, arXiv 2505.23807";
  a.statistic = "median of the group's local metric, 0 or more; a high one is pruned more";
  a.key = "median";
  a.aggregate = Aggregate::Mean;
  a.options = {{"alpha", "half the range of sparsities around the target; 0.15 in the paper", 0.15, 0, 1}};
  a.run = [](const auto& groups, const Budget& budget, const AllocatorOptions& options) {
    std::vector<double> medians;
    for (const auto& g : groups) {
      if (!(g.score >= 0))
        throw Error(ErrorKind::InvalidInput,
                    "The median metric of group " + g.name + " is not a number from 0.");
      medians.push_back(g.score);
    }
    return fitProfile(groups, budget, dlpSparsities(medians, budget.target, options.at("alpha")),
                      ProfileFit::Shift);
  };
  return a;
}

}  // namespace espalier
