#include "core/allocate/local_score.h"

#include "core/allocate/allocate.h"

namespace espalier {

Allocator localScoreAllocator() {
  Allocator a;
  a.name = "local";
  a.title = ENGINE_TEXT("Engine", "Local scores");
  a.summary = ENGINE_TEXT("Engine", "by each block's own Wanda scores; the paper shows that it does harm");
  a.formulas = shareByScore(
      ENGINE_TEXT("Engine", "the sum of |W<sub>ij</sub>| · ‖X<sub>j</sub>‖<sub>2</sub> over block g"));
  a.reference = "Sung, Yoon, Bansal, ICLR 2024, arXiv 2310.02998";
  a.statistic = "sum of the group's local metric";
  a.key = "local";
  a.run = [](const auto& groups, const Budget& budget, const AllocatorOptions&) {
    return allocateByScore(groups, budget);
  };
  return a;
}

}  // namespace espalier
