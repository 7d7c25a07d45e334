#include "core/base/error.h"
#include "core/base/option_fields.h"
#include "core/prune/refinement.h"

namespace espalier {

Registry<Refinement>& refinementRegistry() {
  static Registry<Refinement> list{
      &dsnotRefinement(), &swapsRefinement(), &refitRefinement(), &int8Refinement(), &int8MseRefinement(),
  };
  return list;
}

const std::vector<const Refinement*>& refinements() {
  return refinementRegistry().all();
}

const Refinement& refinementNamed(const std::string& name) {
  return refinementRegistry().named("refinement", name);
}

std::vector<const Refinement*> refinementsNamed(const std::string& names) {
  std::vector<const Refinement*> out;
  for (const auto& name : option_fields::namesIn(names)) {
    out.push_back(&refinementNamed(name));
    for (size_t i = 0; i + 1 < out.size(); ++i)
      if (out.back()->keepsWeights() && !out[i]->keepsWeights())
        throw Error(ErrorKind::InvalidInput, "The refinement \"" + name +
                                                 "\" exchanges weights that keep their values; \"" +
                                                 out[i]->name() + "\" before it changes them.");
  }
  return out;
}

void MaskRefinement::refine(const at::Tensor& weight, const InputStatistics& inputs,
                            const SparsityPattern& pattern, PrunedWeight& pruned) const {
  pruned.mask = refinedMask(weight, pruned.mask, inputs, pattern);
  pruned.weight = zeroed(weight, pruned.mask);
}

}  // namespace espalier
