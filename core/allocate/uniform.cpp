#include "core/allocate/uniform.h"

#include "core/allocate/allocate.h"

namespace espalier {

Allocator uniformAllocator() {
  Allocator a;
  a.name = "uniform";
  a.title = ENGINE_TEXT("Engine", "Uniform");
  a.summary = ENGINE_TEXT("Engine", "every block the same sparsity, whatever its importance");
  a.formulas = {
      {"sparsity<sub>g</sub> = t", ENGINE_TEXT("Engine", "the same for every block: t is {target}.")}};
  a.run = [](const auto& groups, const Budget& budget, const AllocatorOptions&) {
    return allocateUniformly(groups, budget);
  };
  return a;
}

}  // namespace espalier
