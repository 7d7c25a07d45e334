#include "core/base/int8_rows.h"
#include "core/prune/refinement.h"

namespace espalier {

namespace {

// What stays as int8 numbers times the scale of their row: the values that a packed file with int8 tensors
// gives back, so that answers show what it costs.
class Int8Rounding : public Refinement {
 public:
  Int8Rounding(Int8Scale scale, Method text) : m_scale(scale), m_text(std::move(text)) {}
  const Method& method() const override { return m_text; }
  StatisticsNeeds needs() const override { return {}; }
  bool keepsWeights() const override { return false; }
  bool roundsToInt8() const override { return true; }

  void refine(const at::Tensor&, const InputStatistics&, const SparsityPattern&,
              PrunedWeight& pruned) const override {
    const auto from = pruned.weight.contiguous();
    auto to = at::empty_like(from);
    const std::span<const float> values(from.data_ptr<float>(), size_t(from.numel()));
    const auto rows = toInt8(values, from.size(0), m_scale);
    fromInt8(rows.numbers, rows.scales, {to.data_ptr<float>(), size_t(to.numel())});
    pruned.weight = to;
  }

 private:
  Int8Scale m_scale;
  Method m_text;
};

}  // namespace

const Refinement& int8Refinement() {
  static const Int8Rounding refinement(
      Int8Scale::Absmax,
      {"int8",
       ENGINE_TEXT("Engine", "And int8"),
       ENGINE_TEXT("Engine",
                   "Rounds what stays to whole numbers from -127 to 127 times a scale for each row"),
       {{"v = s · round(w / s), &nbsp; s = max |w| / 127",
         ENGINE_TEXT("Engine",
                     "w are the weights of a row that stay. Packed files hold the whole numbers.")}},
       {}});
  return refinement;
}

const Refinement& int8MseRefinement() {
  static const Int8Rounding refinement(
      Int8Scale::Mse,
      {"int8-mse",
       ENGINE_TEXT("Engine", "And int8, least error"),
       ENGINE_TEXT("Engine",
                   "Rounds to int8 as well, with the scale of each row that has the least squared error"),
       {{"s = argmin Σ (w − s · clip(round(w / s), ±127))²",
         ENGINE_TEXT("Engine", "Of 32 scales from max |w| / 127 down to half of it.")}},
       {}});
  return refinement;
}

}  // namespace espalier
