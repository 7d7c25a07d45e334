#include "core/prune/criteria_list.h"

namespace espalier {

namespace {

// |W_ij| ||X_j||_2 (Sun, Liu, Bair, Kolter, ICLR 2024, arXiv 2306.11695, equation 1).
class Wanda : public Criterion {
 public:
  std::string name() const override { return "wanda"; }
  std::string summary() const override { return "Weight times the norm of its input; the paper's choice"; }
  StatisticsNeeds needs() const override { return {.features = true}; }
  at::Tensor scores(const at::Tensor& weight, const InputStatistics& inputs) const override {
    return weight.abs().mul_(inputs.squaredNorm.sqrt());
  }
};

}  // namespace

const Criterion& wandaCriterion() {
  static const Wanda criterion;
  return criterion;
}

}  // namespace espalier
