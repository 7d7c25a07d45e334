#include "core/prune/criteria_list.h"

namespace espalier {

namespace {

// Relative importance and activations (Zhang, Bai, Lin, Zhao, Hou, Cannistraci, ICLR 2024, "Plug-and-Play: an
// efficient post-training pruning method for large language models", equation 3):
//   (|W_ij| / sum_i |W_ij| + |W_ij| / sum_j |W_ij|) * ||X_j||_2^a,  a = 1/2,
// compared over the whole matrix as in the released code. A row or column of zeros has nothing to be relative
// to and scores 0.
class Ria : public Criterion {
 public:
  const Method& method() const override {
    static const Method text{
        "ria",
        "RIA",
        ENGINE_TEXT("Engine", "Weight relative to its row and column, times the root of its input's norm"),
        {{"A<sub>ij</sub> = (|W<sub>ij</sub>| / Σ<sub>i</sub>|W<sub>ij</sub>| + |W<sub>ij</sub>| / "
          "Σ<sub>j</sub>|W<sub>ij</sub>|) · ‖X<sub>j</sub>‖<sub>2</sub><sup>½</sup>",
          ENGINE_TEXT("Engine",
                      "The weights with the least A go: each is compared with the sums of its column and its "
                      "row.")}},
        "Zhang, Bai, Lin, Zhao, Hou, Cannistraci, ICLR 2024, equation 3"};
    return text;
  }
  StatisticsNeeds needs() const override { return {.features = true}; }
  Comparison publishedComparison(Component) const override { return Comparison::Matrix; }
  at::Tensor scores(const at::Tensor& weight, const InputStatistics& inputs) const override {
    const auto size = weight.abs();
    const auto reciprocal = [](const at::Tensor& sum) {
      return at::where(sum > 0, 1 / sum, at::zeros_like(sum));
    };
    return (size * reciprocal(size.sum(0, true)) + size * reciprocal(size.sum(1, true)))
        .mul_(inputs.squaredNorm.sqrt().sqrt());
  }
};

}  // namespace

const Criterion& riaCriterion() {
  static const Ria criterion;
  return criterion;
}

}  // namespace espalier
