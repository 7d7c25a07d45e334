#include "core/prune/admm.h"

#include <limits>

#include "core/base/error.h"
#include "core/prune/criteria_list.h"
#include "core/prune/least_squares.h"
#include "core/prune/triangular.h"

namespace espalier {

namespace {

constexpr int kAdmmSteps = 20;

}  // namespace

AdmmSystem::AdmmSystem(const InputStatistics& inputs) {
  const auto problem = leastSquaresOf(inputs);
  m_dead = problem.dead;
  const auto diagonal = problem.gram.diagonal() + problem.ridge;
  // Without any input that is not zero.
  m_scales = at::where(diagonal > 0, diagonal, at::ones_like(diagonal)).sqrt_().contiguous();
  m_matrix = problem.gram.clone();
  m_matrix.diagonal().copy_(at::where(diagonal > 0, diagonal, at::ones_like(diagonal)));
  m_matrix.div_(m_scales.unsqueeze(0)).div_(m_scales.unsqueeze(1));
  m_inverseOfOne = inverse(1);
}

at::Tensor AdmmSystem::inverse(double rho) const {
  if (rho == 1 && m_inverseOfOne.defined()) return m_inverseOfOne;
  for (const auto type : {at::kFloat, at::kDouble}) {
    auto raised = m_matrix.to(type, false, true);
    raised.diagonal().add_(rho);
    const auto lower = choleskyFactor(raised);
    if (!lower.defined()) continue;
    const auto out = inverseByFactor(lower);
    if (at::isfinite(out.diagonal()).all().item<bool>()) return out.to(at::kFloat);
  }
  throw Error(ErrorKind::Internal,
              "A Hessian of the calibration inputs could not be factorised; take other calibration data, or "
              "the criterion wanda.");
}

AdmmRun::AdmmRun(const at::Tensor& weight, const InputStatistics& inputs, const AdmmSystem& system,
                 const Selection& selection)
    : m_system(system), m_selection(selection), m_weight(weight.contiguous()) {
  m_start = m_weight * system.scales();
  m_target = fitTarget(leastSquaresOf(inputs), m_weight).div_(system.scales());
  restart();
}

void AdmmRun::restart() {
  m_dual = at::zeros_like(m_start);
  choose(m_start);
  m_maskBefore = m_mask;
}

void AdmmRun::choose(const at::Tensor& values) {
  auto scores = values.abs().masked_fill_(m_system.dead(), 0);
  m_mask = maskOfLeast(zerosFirst(m_weight, scores), m_selection);
  if (nonZeroCount(m_weight) < m_weight.numel()) m_mask.logical_or_(m_weight == 0);
  m_kept = zeroed(values, m_mask);
}

void AdmmRun::step(const at::Tensor& inverse, double rho) {
  // What Z is chosen from, B + V / rho; V becomes rho times what of it is not in Z.
  auto values = at::empty_like(m_start);
  forRowStripes(m_start.size(0), [&](int64_t first, int64_t count) {
    const auto dual = m_dual.narrow(0, first, count);
    const auto right = (m_target.narrow(0, first, count) - dual).add_(m_kept.narrow(0, first, count), rho);
    auto part = values.narrow(0, first, count);
    at::mm_out(part, right, inverse);
    part.add_(dual, 1 / rho);
  });
  choose(values);
  m_dual = values.sub_(m_kept).mul_(rho);
}

at::Tensor AdmmRun::weight() const {
  return m_kept / m_system.scales();
}

bool AdmmRun::removesNothing() const {
  return m_mask.sum().item<int64_t>() == m_weight.numel() - nonZeroCount(m_weight);
}

double AdmmRun::supportChange() {
  const auto changed = (m_mask != m_maskBefore).sum().item<int64_t>();
  const auto stays = m_mask.numel() - m_mask.sum().item<int64_t>();
  m_maskBefore = m_mask;
  return stays > 0 ? double(changed) / double(stays) : 0;
}

std::shared_ptr<const Criterion::Prepared> AdmmCriterion::prepare(const InputStatistics& inputs, bool) const {
  return std::make_shared<AdmmSystem>(inputs);
}

PrunedWeight AdmmCriterion::prune(const at::Tensor& weight, const InputStatistics& inputs,
                                  const Prepared* prepared, const Selection& selection) const {
  const auto& system = static_cast<const AdmmSystem&>(*prepared);
  AdmmRun run(weight, inputs, system, selection);
  if (run.removesNothing()) return {weight.clone(), run.mask(), 0, {}};
  const auto solved = solve(run, system, weight, inputs);
  return {solved, run.mask(), 0, {}};
}

namespace {

// The cheap form: rho = 1, so that one inverse serves 20 steps and every matrix of the same inputs.
class Admm : public AdmmCriterion {
 public:
  const Method& method() const override {
    static const Method text{
        "admm",
        "ADMM",
        ENGINE_TEXT("Engine", "Finds which weights stay and what they become together, in 20 steps"),
        {{"B ← (Y − V + Z)(A + I)<sup>−1</sup>, &nbsp; A = D(G + λI)D, &nbsp; Y = WGD",
          ENGINE_TEXT(
              "Engine",
              "B comes nearest to the output Y with Z in mind. G = 2/n · XXᵀ of {samples} calibration "
              "samples, D scales A to a diagonal of ones; λ is 1 % of the mean diagonal of G.")},
         {"Z ← top(B + V), &nbsp; V ← V + B − Z",
          ENGINE_TEXT("Engine", "Z keeps the greatest, V adds up what B and Z disagree about.")}},
        "Boža, TMLR 2024, arXiv 2401.02938"};
    return text;
  }
  Comparison publishedComparison(Component) const override { return Comparison::Row; }

 private:
  at::Tensor solve(AdmmRun& run, const AdmmSystem& system, const at::Tensor&,
                   const InputStatistics&) const override {
    const auto inverse = system.inverse(1);
    for (int i = 0; i < kAdmmSteps; ++i) run.step(inverse, 1);
    return run.weight();
  }
};

}  // namespace

const Criterion& admmCriterion() {
  static const Admm criterion;
  return criterion;
}

}  // namespace espalier
