#include "core/allocate/allocator.h"

#include "core/allocate/alpha_pruning.h"
#include "core/allocate/atp.h"
#include "core/allocate/dlp.h"
#include "core/allocate/ecoflap.h"
#include "core/allocate/local_score.h"
#include "core/allocate/owl.h"
#include "core/allocate/uniform.h"

namespace espalier {

std::vector<Formula> shareByScore(const std::string& statistic) {
  return {
      {"s<sub>g</sub> = {aggregate}", statistic},
      {"keep<sub>g</sub> = n<sub>g</sub> (1 − c) + a · s<sub>g</sub>",
       ENGINE_TEXT(
           "Engine",
           "at most n<sub>g</sub>, its weights. c is the cap, {cap}; the factor a meets the target:")},
      {"Σ keep<sub>g</sub> = (1 − t) N",
       ENGINE_TEXT("Engine",
                   "t is the target, {target}, and N = {parameters} the weights in all. Pinned blocks keep "
                   "what they have.")}};
}

const std::vector<Allocator>& allocators() {
  return allocatorList();
}

std::vector<Allocator>& allocatorList() {
  static std::vector<Allocator> all{
      ecoflapAllocator(), uniformAllocator(),      localScoreAllocator(), owlAllocator(),
      dlpAllocator(),     alphaPruningAllocator(), atpAllocator(),        officialEcoflapAllocator(),
  };
  return all;
}

const Allocator& allocatorNamed(const std::string& name) {
  return methodNamed(allocators(), "allocator", name);
}

AllocatorOptions settledOptions(const Allocator& allocator, const AllocatorOptions& options) {
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
  return settled;
}

Allocation allocate(const Allocator& allocator, const std::vector<BudgetGroup>& groups, const Budget& budget,
                    const AllocatorOptions& options) {
  return allocator.run(groups, budget, settledOptions(allocator, options));
}

}  // namespace espalier
