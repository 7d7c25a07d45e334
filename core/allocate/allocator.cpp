#include "core/allocate/allocator.h"

#include "core/allocate/alpha_pruning.h"
#include "core/allocate/atp.h"
#include "core/allocate/dlp.h"
#include "core/allocate/ecoflap.h"
#include "core/allocate/local_score.h"
#include "core/allocate/owl.h"
#include "core/allocate/uniform.h"

namespace espalier {

const std::vector<Allocator>& allocators() {
  static const std::vector<Allocator> all{
      ecoflapAllocator(), uniformAllocator(),      localScoreAllocator(), owlAllocator(),
      dlpAllocator(),     alphaPruningAllocator(), atpAllocator(),        officialEcoflapAllocator(),
  };
  return all;
}

const Allocator& allocatorNamed(const std::string& name) {
  std::string names;
  for (const auto& a : allocators()) {
    if (a.name == name) return a;
    names += (names.empty() ? "" : ", ") + a.name;
  }
  throw Error(ErrorKind::InvalidInput,
              "There is no allocator \"" + name + "\"; one of " + names + " was expected.");
}

Allocation allocate(const Allocator& allocator, const std::vector<BudgetGroup>& groups, const Budget& budget,
                    const AllocatorOptions& options) {
  AllocatorOptions settled;
  for (const auto& o : allocator.options) settled[o.name] = o.defaultValue;
  for (const auto& [name, value] : options) {
    const AllocatorOption* known = nullptr;
    for (const auto& o : allocator.options)
      if (o.name == name) known = &o;
    if (!known)
      throw Error(ErrorKind::InvalidInput,
                  "The allocator " + allocator.name + " has no option \"" + name + "\".");
    if (!(value >= known->minimum && value <= known->maximum))
      throw Error(ErrorKind::InvalidInput, "Option " + name + " of the allocator " + allocator.name + " is " +
                                               std::to_string(value) + "; a number from " +
                                               std::to_string(known->minimum) + " to " +
                                               std::to_string(known->maximum) + " was expected.");
    settled[name] = value;
  }
  return allocator.run(groups, budget, settled);
}

}  // namespace espalier
