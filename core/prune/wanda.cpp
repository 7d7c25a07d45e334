#include "core/base/row_products.h"
#include "core/prune/criteria_list.h"

namespace espalier {

namespace {

// |W_ij| ||X_j||_2 (Sun, Liu, Bair, Kolter, ICLR 2024, arXiv 2306.11695, equation 1).
class Wanda : public Criterion {
 public:
  const Method& method() const override {
    static const Method text{
        "wanda",
        "Wanda",
        ENGINE_TEXT("Engine", "Weight times the norm of its input; the paper's choice"),
        {{"A<sub>ij</sub> = |W<sub>ij</sub>| · ‖X<sub>j</sub>‖<sub>2</sub>",
          ENGINE_TEXT("Engine",
                      "The weights with the least A go. X<sub>j</sub> holds what input j carries over the "
                      "{samples} calibration samples.")}},
        "Sun, Liu, Bair, Kolter, ICLR 2024, arXiv 2306.11695, equation 1"};
    return text;
  }
  StatisticsNeeds needs() const override { return {.features = true}; }
  at::Tensor scores(const at::Tensor& weight, const InputStatistics& inputs) const override {
    const auto norms = inputs.squaredNorm.sqrt();
    return byRows(weight, [&](const at::Tensor& rows) { return rows.abs().mul_(norms); });
  }
};

}  // namespace

const Criterion& wandaCriterion() {
  static const Wanda criterion;
  return criterion;
}

}  // namespace espalier
