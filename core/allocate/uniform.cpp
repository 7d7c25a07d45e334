#include "core/allocate/uniform.h"

#include "core/allocate/allocate.h"

namespace espalier {

Allocator uniformAllocator() {
  Allocator a;
  a.name = "uniform";
  a.title = "Uniform";
  a.run = [](const auto& groups, const Budget& budget, const AllocatorOptions&) {
    return allocateUniformly(groups, budget);
  };
  return a;
}

}  // namespace espalier
