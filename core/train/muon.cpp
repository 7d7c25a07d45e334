#include "core/train/muon.h"

#include <algorithm>
#include <cmath>

namespace espalier::muon {

namespace {

constexpr double kMomentum = 0.95;
constexpr double kCubic[] = {3.4445, -4.7750, 2.0315};
constexpr int kIterations = 5;
constexpr double kAdamSize = 0.2;  // how large the entries of AdamW's updates usually are, in learning rates

}  // namespace

at::Tensor orthogonalised(const at::Tensor& matrix) {
  const bool wide = matrix.size(0) <= matrix.size(1);
  auto x = wide ? matrix : matrix.t();
  x = x / (x.norm() + 1e-7);
  for (int i = 0; i < kIterations; ++i) {
    const auto square = at::matmul(x, x.t());
    const auto higher = square * kCubic[1] + at::matmul(square, square) * kCubic[2];
    x = x * kCubic[0] + at::matmul(higher, x);
  }
  return wide ? x : x.t();
}

void update(at::Tensor& parameter, const at::Tensor& gradient, at::Tensor& momentum, double learningRate,
            double weightDecay) {
  momentum.mul_(kMomentum).add_(gradient);
  const auto ahead = gradient + momentum * kMomentum;  // as Nesterov looks ahead
  const double larger = double(std::max(parameter.size(0), parameter.size(1)));
  parameter.mul_(1 - learningRate * weightDecay)
      .sub_(orthogonalised(ahead), learningRate * kAdamSize * std::sqrt(larger));
}

}  // namespace espalier::muon
