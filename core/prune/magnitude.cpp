#include "core/prune/criteria_list.h"

namespace espalier {

namespace {

// |W|, compared over the whole matrix as magnitude pruning is in the released code of Wanda.
class Magnitude : public Criterion {
 public:
  const Method& method() const override {
    static const Method text{
        "magnitude",
        ENGINE_TEXT("Engine", "Magnitude"),
        ENGINE_TEXT("Engine", "Smallest weights first; needs no data"),
        {{"A<sub>ij</sub> = |W<sub>ij</sub>|", ENGINE_TEXT("Engine", "The weights with the least A go.")}},
        {}};
    return text;
  }
  Comparison publishedComparison(Component) const override { return Comparison::Matrix; }
  at::Tensor scores(const at::Tensor& weight, const InputStatistics&) const override { return weight.abs(); }
};

}  // namespace

const Criterion& magnitudeCriterion() {
  static const Magnitude criterion;
  return criterion;
}

}  // namespace espalier
