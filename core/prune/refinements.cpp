#include "core/base/error.h"
#include "core/prune/refinement.h"

namespace espalier {

const std::vector<const MaskRefinement*>& refinements() {
  static const std::vector<const MaskRefinement*> list{
      &dsnotRefinement(),
  };
  return list;
}

const MaskRefinement& refinementNamed(const std::string& name) {
  std::string known;
  for (const auto* r : refinements()) {
    if (r->name() == name) return *r;
    known += (known.empty() ? "" : ", ") + r->name();
  }
  throw Error(ErrorKind::InvalidInput,
              "The refinement \"" + name + "\" is not known; there are " + known + ".");
}

}  // namespace espalier
