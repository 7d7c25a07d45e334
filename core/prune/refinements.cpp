#include "core/prune/refinement.h"

namespace espalier {

Registry<MaskRefinement>& refinementRegistry() {
  static Registry<MaskRefinement> list{
      &dsnotRefinement(),
  };
  return list;
}

const std::vector<const MaskRefinement*>& refinements() {
  return refinementRegistry().all();
}

const MaskRefinement& refinementNamed(const std::string& name) {
  return refinementRegistry().named("refinement", name);
}

}  // namespace espalier
