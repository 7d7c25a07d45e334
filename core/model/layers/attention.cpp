#include "core/model/layers/attention.h"

#include <cmath>

#include "core/model/state.h"

namespace espalier {

at::Tensor attend(at::Tensor q, at::Tensor k, at::Tensor v, int64_t heads, double scale,
                  const at::Tensor& bias) {
  matchForks(q, k);
  matchForks(k, v);
  matchForks(q, v);
  const int64_t n = q.size(0), lq = q.size(1), lk = k.size(1);
  const int64_t groups = k.size(2) * heads / q.size(2);
  const auto split = [n](const at::Tensor& t, int64_t parts) {
    return t.view({n, t.size(1), parts, t.size(2) / parts}).transpose(1, 2);
  };
  const auto shared = [&](const at::Tensor& t) {
    const auto parts = split(t, groups);
    return groups == heads ? parts : parts.repeat_interleave(heads / groups, 1);
  };
  auto scores = at::matmul(split(scale == 1 ? q : q * scale, heads), shared(k).transpose(2, 3));
  // Nobody but a gradient needs the scores again: they are the largest of all, and no second of their size is
  // made.
  const bool recorded = scores.requires_grad();
  if (bias.defined()) {
    // Masks are kept once for all forks.
    const int64_t rows = bias.size(0) == 1 ? n : bias.size(0);
    auto each = scores.view({n / rows, rows, heads, lq, lk});
    scores = (recorded ? each + bias : each.add_(bias)).view({n, heads, lq, lk});
  }
  if (recorded)
    scores = at::softmax(scores, -1);
  else
    at::_softmax_out(scores, scores, -1, false);
  const auto mixed = at::matmul(scores, shared(v));
  return mixed.transpose(1, 2).reshape({n, lq, heads * mixed.size(3)});
}

double attentionScale(const at::Tensor& q, int64_t heads) {
  return std::pow(double(q.size(2) / heads), -0.5);
}

at::Tensor maskBias(const at::Tensor& mask) {
  if (!mask.defined()) return {};
  return ((1 - mask.to(at::kFloat)) * kMasked).unsqueeze(1).unsqueeze(1);
}

at::Tensor causalBias(int64_t length, int64_t past, at::Device device) {
  return at::full({length, past + length}, kMasked, at::TensorOptions(at::kFloat).device(device))
      .triu(past + 1)
      .unsqueeze(0)
      .unsqueeze(0);
}

at::Tensor addBias(const at::Tensor& a, const at::Tensor& b) {
  if (!a.defined()) return b;
  if (!b.defined()) return a;
  return (a + b).clamp_min(kMasked);
}

}  // namespace espalier
