#include "core/allocate/ecoflap.h"

#include <cmath>

#include "core/allocate/allocate.h"
#include "core/allocate/official.h"

namespace espalier {

namespace {

Allocation officialAllocation(const std::vector<BudgetGroup>& groups, const Budget& budget) {
  openBudget(groups, budget);  // for its checks
  int64_t all = 0, kept = 0;
  for (const auto& g : groups) all += g.parameters;
  Allocation out;
  out.sparsity = officialSparsities(groups, officialTotalToKeep(all, budget.target), budget.capOrDefault());
  for (size_t i = 0; i < groups.size(); ++i) {
    if (std::isnan(out.sparsity[i]))
      throw Error(ErrorKind::InvalidInput,
                  "The released code makes every sparsity NaN here, because all groups with a score above 0 "
                  "are full; "
                  "allocate without its slips, or with more scores above 0.");
    out.kept.push_back(keptWeights(groups[i].parameters, out.sparsity[i]));
    kept += out.kept.back();
  }
  out.achieved = 1 - double(kept) / double(all);
  return out;
}

}  // namespace

Allocator ecoflapAllocator() {
  Allocator a;
  a.name = "ecoflap";
  a.title = "ECoFLaP";
  a.summary = ENGINE_TEXT("Engine", "important blocks keep more, up to the cap on the others");
  a.formulas = shareByScore(ENGINE_TEXT("Engine", "the score of block g, from those of its matrices"));
  a.reference = "Sung, Yoon, Bansal, ICLR 2024, arXiv 2310.02998";
  a.statistic = "importance of the group, 0 or more";
  a.run = [](const auto& groups, const Budget& budget, const AllocatorOptions&) {
    return allocateByScore(groups, budget);
  };
  return a;
}

Allocator officialEcoflapAllocator() {
  Allocator a = ecoflapAllocator();
  a.name = "ecoflap-official";
  a.title = ENGINE_TEXT("Engine", "ECoFLaP as released");
  a.summary = ENGINE_TEXT("Engine", "as the code released with the paper computes it, slips included");
  a.reproduction = true;
  a.run = [](const auto& groups, const Budget& budget, const AllocatorOptions&) {
    return officialAllocation(groups, budget);
  };
  return a;
}

}  // namespace espalier
