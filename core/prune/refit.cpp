#include "core/prune/least_squares.h"
#include "core/prune/refinement.h"

namespace espalier {

namespace {

constexpr int kRefitSteps = 60;
// Of a small model's matrices in the time of an answer; most of what all steps give back.
constexpr int kQuickSteps = 3;

// The least squares of what stays: (G_SS + l I) v_S = (t + l w)_S, as conjugate gradients find it.
class Refit : public Refinement {
 public:
  const Method& method() const override {
    static const Method text{
        "refit",
        ENGINE_TEXT("Engine", "Refit"),
        ENGINE_TEXT("Engine", "Gives what stays the values that come nearest to the output it had"),
        {{"v<sub>S</sub> = (G<sub>SS</sub> + λI)<sup>−1</sup> (t + λw)<sub>S</sub>, &nbsp; G = 2/n · XXᵀ",
          ENGINE_TEXT("Engine",
                      "w is a row of the matrix, S what stays of it, X the inputs of {samples} calibration "
                      "samples; λ is 1 % of the mean diagonal of G. Conjugate gradients, at most 60 steps.")},
         {"t = wG &nbsp; or &nbsp; t = w · 2/n · X<sub>dense</sub>Xᵀ",
          ENGINE_TEXT("Engine",
                      "The output that is aimed at: of the inputs seen, or of the dense model's inputs.")}},
        "Meng, Behdin, Wang, Mazumder, NeurIPS 2024, arXiv 2406.07831, section 3.3"};
    return text;
  }
  StatisticsNeeds needs() const override { return {.hessian = true, .drift = true}; }
  bool keepsWeights() const override { return false; }

  void refine(const at::Tensor& weight, const InputStatistics& inputs, const SparsityPattern&,
              PrunedWeight& pruned) const override {
    // What loses nothing keeps its values, whatever target they could be fitted to.
    if (nonZeroCount(pruned.weight) == nonZeroCount(weight)) return;
    pruned.weight = refitted(leastSquaresOf(inputs), weight.contiguous(), pruned.weight.contiguous(),
                             pruned.mask, kRefitSteps);
  }

  bool isQuick() const override { return false; }
  void refineQuickly(const at::Tensor& weight, const InputStatistics& inputs, const SparsityPattern&,
                     PrunedWeight& pruned) const override {
    if (nonZeroCount(pruned.weight) == nonZeroCount(weight)) return;
    pruned.weight = refitted(leastSquaresOf(inputs), weight.contiguous(), pruned.weight.contiguous(),
                             pruned.mask, kQuickSteps, true);
  }
};

}  // namespace

const Refinement& refitRefinement() {
  static const Refit refinement;
  return refinement;
}

}  // namespace espalier
