#include "core/score/gradient_sums.h"

#include <cmath>

#include "core/base/vectorised.h"

namespace espalier {

namespace {

// Sums side by side, for the compiler to put into vectors; see core/CMakeLists.txt.
constexpr int kLanes = 32;

ESPALIER_VECTORISED
void addUp(const float* weight, const float* gradient, int64_t count, double* sums) {
  double squares[kLanes] = {}, absolute[kLanes] = {}, weighted[kLanes] = {}, weightedSquares[kLanes] = {};
  int64_t at = 0;
  const auto add = [&](int lane, double w, double g) {
    const double product = w * g;
    squares[lane] += g * g;
    absolute[lane] += g;
    weighted[lane] += product;
    weightedSquares[lane] += product * product;
  };
  for (; at + kLanes <= count; at += kLanes)
    for (int i = 0; i < kLanes; ++i)
      add(i, std::fabs(double(weight[at + i])), std::fabs(double(gradient[at + i])));
  for (; at < count; ++at) add(0, std::fabs(double(weight[at])), std::fabs(double(gradient[at])));
  for (int i = 0; i < kLanes; ++i) {
    sums[0] += squares[i];
    sums[1] += absolute[i];
    sums[2] += weighted[i];
    sums[3] += weightedSquares[i];
  }
}

}  // namespace

GradientSums gradientSums(const at::Tensor& weight, const at::Tensor& gradient) {
  double sums[4] = {};
  if (gradient.is_cpu()) {
    const auto w = weight.contiguous(), g = gradient.contiguous();
    addUp(w.data_ptr<float>(), g.data_ptr<float>(), g.numel(), sums);
  } else {
    const auto product = (weight * gradient).abs_();
    const auto all = at::stack({gradient.square().sum(at::kDouble), gradient.abs().sum(at::kDouble),
                                product.sum(at::kDouble), product.square().sum(at::kDouble)})
                         .cpu();
    for (int64_t i = 0; i < 4; ++i) sums[i] = all[i].item<double>();
  }
  return {std::sqrt(sums[0]), sums[1], sums[2], sums[3]};
}

}  // namespace espalier
