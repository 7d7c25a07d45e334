#include "core/prune/criteria_list.h"

namespace espalier {

namespace {

// |W|, compared over the whole matrix as magnitude pruning is in the released code of Wanda.
class Magnitude : public Criterion {
 public:
  std::string name() const override { return "magnitude"; }
  std::string summary() const override { return "Smallest weights first; needs no data"; }
  Comparison publishedComparison(Component) const override { return Comparison::Matrix; }
  at::Tensor scores(const at::Tensor& weight, const InputStatistics&) const override { return weight.abs(); }
};

}  // namespace

const Criterion& magnitudeCriterion() {
  static const Magnitude criterion;
  return criterion;
}

}  // namespace espalier
