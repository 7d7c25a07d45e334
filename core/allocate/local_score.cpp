#include "core/allocate/local_score.h"

#include "core/allocate/allocate.h"

namespace espalier {

Allocator localScoreAllocator() {
  Allocator a;
  a.name = "local";
  a.title = "Local scores";
  a.statistic = "sum of the group's local metric";
  a.key = "local";
  a.run = [](const auto& groups, const Budget& budget, const AllocatorOptions&) {
    return allocateByScore(groups, budget);
  };
  return a;
}

}  // namespace espalier
