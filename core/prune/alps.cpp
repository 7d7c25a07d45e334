#include "core/prune/admm.h"
#include "core/prune/criteria_list.h"
#include "core/prune/least_squares.h"

namespace espalier {

namespace {

constexpr int kAlpsSteps = 300;
constexpr int kStepsOfOneRho = 3;
constexpr double kFirstRho = 0.1, kLeastRho = 1e-4, kMostRho = 1e6;
constexpr int kAlpsRefitSteps = 10;
// The support has settled where no more of it changes in three steps. What the last few weights do until none
// of millions changes takes as many steps again and moves the error by less than a thousandth of it.
constexpr double kSettled = 2e-3;

// ADMM whose rho grows as the support settles, then conjugate gradients on it (Meng, Behdin, Wang, Mazumder,
// NeurIPS 2024, arXiv 2406.07831, with the released code's schedule): after every third step rho grows by 30
// % where more than 10 % of the support changed, by 20 % above 0.5 %, by 10 % if any did. The steps end when
// no more than 0.2 % did (released: none); if none ever did, rho was too great, and they begin again with a
// fifth of it.
class Alps : public AdmmCriterion {
 public:
  const Method& method() const override {
    static const Method text{
        "alps",
        "ALPS",
        ENGINE_TEXT("Engine", "Finds which weights stay and what they become together, until they settle"),
        {{"B ← (Y − V + ρZ)(A + ρI)<sup>−1</sup>, &nbsp; A = D(G + λI)D, &nbsp; Y = WGD",
          ENGINE_TEXT(
              "Engine",
              "B comes nearest to the output Y with Z in mind. G = 2/n · XXᵀ of {samples} calibration "
              "samples, D scales A to a diagonal of ones; λ is 1 % of the mean diagonal of G.")},
         {"Z ← top(B + V/ρ), &nbsp; V ← V + ρ(B − Z)",
          ENGINE_TEXT("Engine",
                      "Z keeps the greatest, V adds up what B and Z disagree about. ρ grows until who stays "
                      "does not change.")},
         {"v<sub>S</sub> = (G<sub>SS</sub> + λI)<sup>−1</sup> (t + λw)<sub>S</sub>",
          ENGINE_TEXT("Engine", "At last what stays is fitted once more: 10 steps of conjugate gradients.")}},
        "Meng, Behdin, Wang, Mazumder, NeurIPS 2024, arXiv 2406.07831"};
    return text;
  }
  Comparison publishedComparison(Component) const override { return Comparison::Matrix; }

 private:
  at::Tensor solve(AdmmRun& run, const AdmmSystem& system, const at::Tensor& weight,
                   const InputStatistics& inputs) const override {
    bool everChanged = false, moved = false;  // at all; by more than what counts as settled
    double rho = kFirstRho, rhoOfInverse = 0;
    at::Tensor inverse;
    for (int step = 1; step <= kAlpsSteps && rho <= kMostRho && rho >= kLeastRho; ++step) {
      if (rho != rhoOfInverse) inverse = system.inverse(rhoOfInverse = rho);
      run.step(inverse, rho);
      if (step % kStepsOfOneRho != 0) continue;
      const double change = run.supportChange();
      if (change == 0 ? everChanged : change <= kSettled && moved) break;
      moved = moved || change > kSettled;
      everChanged = everChanged || change > 0;
      rho *= change > 0.1 ? 1.3 : change > 0.005 ? 1.2 : change > 0 ? 1.1 : 0.2;
      if (!everChanged) run.restart();
    }
    return refitted(leastSquaresOf(inputs), weight.contiguous(), run.weight(), run.mask(), kAlpsRefitSteps);
  }
};

}  // namespace

const Criterion& alpsCriterion() {
  static const Alps criterion;
  return criterion;
}

}  // namespace espalier
