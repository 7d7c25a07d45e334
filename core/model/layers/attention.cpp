#include "core/model/layers/attention.h"

#include <ATen/ExpandUtils.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "core/base/parallel.h"
#include "core/model/state.h"
#include "core/tangent/tangents.h"

namespace espalier {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

thread_local AttentionWatch* t_watch = nullptr;

// Scores that are made at once: the rows of a batch go one after the other where each has many, so that their
// scores, the largest tensors of all, stay in the processor's caches and are never in memory together. A GPU
// wants more work at a time.
int64_t scoresAtOnce(at::Device device) {
  return int64_t(1) << (device.is_cpu() ? 19 : 26);
}

// Rows that run together, and what is added to their scores.
struct Rows {
  int64_t begin = 0, count = 0;
  at::Tensor bias{};
};

// As attend() has them, forks matched.
struct Attention {
  at::Tensor q, k, v, bias;
  int64_t heads;
  double scale;
  double cap;  // 0: none

  int64_t groups() const { return k.size(2) * heads / q.size(2); }

  std::vector<Rows> rows() const {
    const int64_t n = q.size(0);
    // Masks are kept once for all forks.
    const int64_t together = bias.defined() && bias.size(0) > 1 ? bias.size(0) : n;
    const int64_t atOnce =
        std::max<int64_t>(1, scoresAtOnce(q.device()) / std::max<int64_t>(1, heads * q.size(1) * k.size(1)));
    std::vector<Rows> out;
    for (int64_t fork = 0; fork < n; fork += together)
      for (int64_t row = 0; row < together; row += atOnce) {
        const auto count = std::min(atOnce, together - row);
        out.push_back(
            {fork + row, count, bias.defined() && bias.size(0) > 1 ? bias.narrow(0, row, count) : bias});
      }
    return out;
  }

  // [rows, L, parts * d] -> [rows, parts, L, d]
  static at::Tensor split(const at::Tensor& t, const Rows& r, int64_t parts) {
    return t.narrow(0, r.begin, r.count).view({r.count, t.size(1), parts, t.size(2) / parts}).transpose(1, 2);
  }
  at::Tensor queries(const Rows& r) const {
    const auto parts = split(q, r, heads);
    return scale == 1 ? parts : parts * scale;
  }
  // Keys or values, for every head.
  at::Tensor shared(const at::Tensor& t, const Rows& r) const {
    const auto parts = split(t, r, groups());
    return groups() == heads ? parts : parts.repeat_interleave(heads / groups(), 1);
  }
  // Before the bias.
  at::Tensor scores(const at::Tensor& queries, const at::Tensor& keys) const {
    auto scores = at::matmul(queries, keys.transpose(2, 3));
    if (cap > 0) scores.div_(cap).tanh_().mul_(cap);
    return scores;
  }
  at::Tensor weights(const at::Tensor& queries, const at::Tensor& keys, const Rows& r) const {
    auto scores = this->scores(queries, keys);
    if (r.bias.defined()) scores.add_(r.bias);
    at::_softmax_out(scores, scores, -1, false);
    return scores;
  }

  // Idle workers share them.
  static void forEach(const std::vector<Rows>& all, const std::function<void(const Rows&)>& body) {
    parallelFor(int64_t(all.size()), [&](int64_t i) { body(all[size_t(i)]); });
  }

  // seen: where the mean of the heads' weights goes, [N, Lq, Lk]; null: nowhere.
  at::Tensor mixed(at::Tensor* seen = nullptr) const {
    auto out = at::empty({q.size(0), q.size(1), v.size(2) / groups() * heads}, q.options());
    if (seen) *seen = at::empty({q.size(0), q.size(1), k.size(1)}, q.options());
    forEach(rows(), [&](const Rows& r) {
      const auto w = weights(queries(r), shared(k, r), r);
      if (seen) seen->narrow(0, r.begin, r.count).copy_(w.mean(1));
      split(out, r, heads).copy_(at::matmul(w, shared(v, r)));
    });
    return out;
  }
};

// With gradients by queries, keys, values and bias. The weights are made again on the way back, not kept.
struct RecordedAttention : torch::autograd::Function<RecordedAttention> {
  // All tensors must be defined: without a bias, an empty one.
  static at::Tensor forward(AutogradContext* context, const at::Tensor& q, const at::Tensor& k,
                            const at::Tensor& v, const at::Tensor& bias, int64_t heads, double scale,
                            double cap) {
    context->save_for_backward({q, k, v, bias});
    context->saved_data["heads"] = heads;
    context->saved_data["scale"] = scale;
    context->saved_data["cap"] = cap;
    return attentionOf(context, {q, k, v, bias}).mixed();
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto a = attentionOf(context, context->get_saved_variables());
    const auto byMixed = gradients[0].contiguous();
    const auto like = [](const at::Tensor& t) { return at::empty(t.sizes(), t.options()); };
    auto byQ = like(a.q), byK = like(a.k), byV = like(a.v);
    at::Tensor byBias;
    if (a.bias.defined() && a.bias.requires_grad()) byBias = at::zeros_like(a.bias);
    // What flows into a key or value is the sum of what flows into it in every head that shares it.
    const auto ofGroups = [&](const at::Tensor& t) {
      if (a.groups() == a.heads) return t;
      return t.view({t.size(0), a.groups(), a.heads / a.groups(), t.size(2), t.size(3)}).sum(2);
    };
    const auto ofRows = [&](const Rows& r) {
      const auto queries = a.queries(r), keys = a.shared(a.k, r);
      const auto weights = a.weights(queries, keys, r);
      const auto flow = Attention::split(byMixed, r, a.heads);
      Attention::split(byV, r, a.groups()).copy_(ofGroups(at::matmul(weights.transpose(2, 3), flow)));
      auto byScores = at::matmul(flow, a.shared(a.v, r).transpose(2, 3));
      at::_softmax_backward_data_out(byScores, byScores, weights, -1, byScores.scalar_type());
      if (byBias.defined()) {
        auto part = byBias.size(0) > 1 ? byBias.narrow(0, r.begin % byBias.size(0), r.count) : byBias;
        part += at::sum_to(byScores, part.sizes());
      }
      if (a.cap > 0) byScores.mul_(1 - (a.scores(queries, keys) / a.cap).square());
      auto flowIntoQueries = at::matmul(byScores, keys);
      if (a.scale != 1) flowIntoQueries.mul_(a.scale);
      Attention::split(byQ, r, a.heads).copy_(flowIntoQueries);
      Attention::split(byK, r, a.groups()).copy_(ofGroups(at::matmul(byScores.transpose(2, 3), queries)));
    };
    const auto all = a.rows();
    if (byBias.defined())  // which all of them add to
      for (const auto& r : all) ofRows(r);
    else
      Attention::forEach(all, ofRows);
    return {byQ, byK, byV, byBias, {}, {}, {}};
  }

  static Attention attentionOf(AutogradContext* context, const variable_list& tensors) {
    return {tensors[0],
            tensors[1],
            tensors[2],
            tensors[3].numel() > 0 ? tensors[3] : at::Tensor(),
            context->saved_data["heads"].toInt(),
            context->saved_data["scale"].toDouble(),
            context->saved_data["cap"].toDouble()};
  }
};

// A tensor in parts: its clean value, and its tangents where it carries some.
struct Parts {
  at::Tensor clean, tangents;

  Parts(const at::Tensor& t, int64_t count, int64_t rows)
      : clean(hasTangents(t) ? cleanOf(t) : constantOf(t, count, rows)),
        tangents(hasTangents(t) ? tangentsOf(t) : at::Tensor()) {}
  // Of one direction.
  at::Tensor tangent(int64_t t) const { return tangents.narrow(0, t * clean.size(0), clean.size(0)); }
};

// With S = scale q k^T and P its softmax: dS = scale (dq k^T + q dk^T), dP = P (dS - sum(P dS)), and what is
// mixed has dP v + P dv.
at::Tensor attendWithTangents(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                              int64_t heads, double scale, const at::Tensor& bias, double cap) {
  int64_t count = 0, rows = 0;
  for (const auto& t : {queries, keys, values})
    if (hasTangents(t)) count = tangentCount(t), rows = t.size(0) / (1 + count);
  const Parts q(queries, count, rows), k(keys, count, rows), v(values, count, rows);
  Attention a{q.clean, k.clean, v.clean, bias, heads, scale, cap};
  matchForks(a.q, a.k);
  matchForks(a.k, a.v);
  auto all = at::empty({(1 + count) * rows, a.q.size(1), a.v.size(2) / a.groups() * heads}, a.q.options());
  for (const auto& r : a.rows()) {
    const auto part = [&](int64_t fork) {
      return Attention::split(all.narrow(0, fork * rows, rows), r, heads);
    };
    const auto scaled = a.queries(r), shared = a.shared(a.k, r), mixed = a.shared(a.v, r);
    const auto weights = a.weights(scaled, shared, r);
    at::Tensor slope;  // of the cap
    if (cap > 0) slope = 1 - (a.scores(scaled, shared) / cap).square();
    part(0).copy_(at::matmul(weights, mixed));
    for (int64_t t = 0; t < count; ++t) {
      at::Tensor change, out;
      if (q.tangents.defined()) {
        const auto moved = Attention::split(q.tangent(t), r, heads);
        change = at::matmul(scale == 1 ? moved : moved * scale, shared.transpose(2, 3));
      }
      if (k.tangents.defined()) {
        const auto by = at::matmul(scaled, a.shared(k.tangent(t), r).transpose(2, 3));
        change = change.defined() ? change.add_(by) : by;
      }
      if (change.defined()) {
        if (cap > 0) change.mul_(slope);
        at::_softmax_backward_data_out(change, change, weights, -1, change.scalar_type());
        out = at::matmul(change, mixed);
      }
      if (v.tangents.defined()) {
        const auto by = at::matmul(weights, a.shared(v.tangent(t), r));
        out = out.defined() ? out.add_(by) : by;
      }
      part(1 + t).copy_(out);
    }
  }
  return withTangents(all, count);
}

}  // namespace

at::Tensor attend(at::Tensor q, at::Tensor k, at::Tensor v, int64_t heads, double scale,
                  const at::Tensor& bias, double cap) {
  if (hasTangents(q) || hasTangents(k) || hasTangents(v))
    return attendWithTangents(q, k, v, heads, scale, bias, cap);
  matchForks(q, k);
  matchForks(k, v);
  matchForks(q, v);
  bool recorded = false;
  for (const auto& t : {q, k, v, bias}) recorded = recorded || (t.defined() && t.requires_grad());
  if (recorded && at::GradMode::is_enabled())
    return RecordedAttention::apply(q, k, v, bias.defined() ? bias : at::empty({0}, q.options()), heads,
                                    scale, cap);
  const Attention attention{q, k, v, bias, heads, scale, cap};
  if (!t_watch) return attention.mixed();
  at::Tensor seen;
  auto out = attention.mixed(&seen);
  t_watch->m_seen.push_back(std::move(seen));
  return out;
}

AttentionWatch::AttentionWatch() {
  t_watch = this;
}

AttentionWatch::~AttentionWatch() {
  t_watch = nullptr;
}

double attentionScale(const at::Tensor& q, int64_t heads) {
  return std::pow(double(q.size(2) / heads), -0.5);
}

at::Tensor maskBias(const at::Tensor& mask) {
  if (!mask.defined()) return {};
  return ((1 - mask.to(at::kFloat)) * kMasked).unsqueeze(1).unsqueeze(1);
}

at::Tensor causalBias(int64_t length, int64_t past, at::Device device, int64_t window) {
  const auto masked =
      at::full({length, past + length}, kMasked, at::TensorOptions(at::kFloat).device(device));
  auto bias = masked.triu(past + 1);
  if (window > 0 && window < past + length) bias = bias + masked.tril(past - window);
  return bias.unsqueeze(0).unsqueeze(0);
}

at::Tensor addBias(const at::Tensor& a, const at::Tensor& b) {
  if (!a.defined()) return b;
  if (!b.defined()) return a;
  return (a + b).clamp_min(kMasked);
}

}  // namespace espalier
