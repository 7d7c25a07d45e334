#include "core/prune/least_squares.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/prune/inverse_factor.h"

namespace espalier {

namespace {

constexpr int64_t kRowsAtOnce = 64;
constexpr double kResidualLeft = 1e-3;

// For each row the sum of products, in float64: [rows, 1].
at::Tensor rowProducts(const at::Tensor& a, const at::Tensor& b) {
  return (a * b).sum(1, true, at::kDouble);
}

// a / b, and 0 where b is not above 0.
at::Tensor ratioOrZero(const at::Tensor& a, const at::Tensor& b) {
  return at::where(b > 0, a / b, at::zeros_like(a));
}

}  // namespace

LeastSquares leastSquaresOf(const InputStatistics& inputs) {
  LeastSquares out{inputs.hessian, inputs.drifted, 0, {}};
  const auto diagonal = inputs.hessian.diagonal();
  out.dead = diagonal == 0;
  out.ridge = kDamping * diagonal.mean(at::kDouble).item<double>();
  return out;
}

at::Tensor fitTarget(const LeastSquares& p, const at::Tensor& weight) {
  return stripedProduct(weight, p.drifted.defined() ? p.drifted : p.gram).add_(weight, p.ridge);
}

void forRowStripes(int64_t rows, const std::function<void(int64_t, int64_t)>& body) {
  parallelFor((rows + kRowsAtOnce - 1) / kRowsAtOnce, [&](int64_t stripe) {
    const int64_t first = stripe * kRowsAtOnce;
    body(first, std::min(kRowsAtOnce, rows - first));
  });
}

at::Tensor stripedProduct(const at::Tensor& a, const at::Tensor& b) {
  auto out = at::empty({a.size(0), b.size(1)}, a.options());
  forRowStripes(a.size(0), [&](int64_t first, int64_t count) {
    auto part = out.narrow(0, first, count);
    at::mm_out(part, a.narrow(0, first, count), b);
  });
  return out;
}

at::Tensor refitted(const LeastSquares& p, const at::Tensor& weight, const at::Tensor& start,
                    const at::Tensor& mask, int steps, bool atOnce) {
  auto out = start.clone();
  auto scale = p.gram.diagonal() + p.ridge;
  scale = at::where(scale > 0, scale.reciprocal(), at::zeros_like(scale)).unsqueeze(0);
  const auto& target = p.drifted.defined() ? p.drifted : p.gram;
  forRowStripes(weight.size(0), [&](int64_t first, int64_t count) {
    const auto w = weight.narrow(0, first, count);
    const auto kept = mask.narrow(0, first, count).logical_not().to(at::kFloat);
    auto x = out.narrow(0, first, count);
    auto residual =
        atOnce && !p.drifted.defined() ? at::mm(w - x, p.gram) : at::mm(w, target).sub_(at::mm(x, p.gram));
    residual.add_(w - x, p.ridge).mul_(kept);
    auto scaled = residual * scale;
    auto direction = scaled.clone();
    auto size = rowProducts(residual, scaled);
    const auto enough = size * (kResidualLeft * kResidualLeft);
    for (int step = 0; step < steps && (size > enough).any().item<bool>(); ++step) {
      const auto image = at::mm(direction, p.gram).add_(direction, p.ridge).mul_(kept);
      const auto length =
          at::where(size > enough, ratioOrZero(size, rowProducts(direction, image)), at::zeros_like(size))
              .to(at::kFloat);
      x.add_(direction * length);
      residual.sub_(image * length);
      scaled = residual * scale;
      const auto next = rowProducts(residual, scaled);
      direction = scaled + direction * ratioOrZero(next, size).to(at::kFloat);
      size = next;
    }
  });
  return out;
}

at::Tensor outputErrors(const at::Tensor& gram, const at::Tensor& weight, const at::Tensor& pruned) {
  auto out = at::empty({weight.size(0)}, at::kDouble);
  forRowStripes(weight.size(0), [&](int64_t first, int64_t count) {
    const auto e = (weight.narrow(0, first, count) - pruned.narrow(0, first, count)).to(at::kDouble);
    out.narrow(0, first, count).copy_((at::mm(e, gram.to(at::kDouble)) * e).sum(1));
  });
  return out;
}

}  // namespace espalier
