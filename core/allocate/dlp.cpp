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
