#include "core/model/layers/attention.h"

#include <ATen/ExpandUtils.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "core/base/idle_workers.h"
#include "core/base/parallel.h"
#include "core/model/state.h"
#include "core/tangent/attention_kernel.h"
#include "core/tangent/clean_values.h"
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

  // among: how many workers share them.
  std::vector<Rows> rows(int64_t among = 1) const {
    const int64_t n = q.size(0);
    // Masks are kept once for all forks.
    const int64_t together = bias.defined() && bias.size(0) > 1 ? bias.size(0) : n;
    const int64_t most =
        std::max<int64_t>(1, scoresAtOnce(q.device()) / std::max<int64_t>(1, heads * q.size(1) * k.size(1)));
    const int64_t atOnce = q.is_cpu() ? std::min(most, (together + among - 1) / among) : most;
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
    return weightsOf(scores(queries, keys), r);
  }
  // Takes the scores' place.
  static at::Tensor weightsOf(at::Tensor scores, const Rows& r) {
    if (r.bias.defined()) scores.add_(r.bias);
    at::_softmax_out(scores, scores, -1, false);
    return scores;
  }

  // The new token of each text that grows: the heads of a group read its keys and values where they lie,
  // which would be most of the work to copy. The products are those of the copies, to the bit.
  bool isOneTokenOfGroups() const { return q.size(1) == 1 && groups() < heads && q.is_contiguous(); }
  void mixOneToken(const Rows& r, at::Tensor& out) const {
    const int64_t shares = heads / groups(), length = k.size(1);
    const auto scaled = scale == 1 ? q : q * scale;
    auto scores = at::empty({r.count, heads, 1, length}, q.options());
    // Of one text and one group: [shares, ...].
    const auto inHeads = [&](const at::Tensor& t, int64_t row, int64_t group) {
      return t.select(0, row).view({heads, 1, -1}).narrow(0, group * shares, shares);
    };
    const auto ofGroup = [&](const at::Tensor& t, int64_t row, int64_t group) {
      const int64_t width = t.size(2) / groups();
      return t.select(0, row).narrow(1, group * width, width).unsqueeze(0).expand({shares, length, width});
    };
    const auto forGroups = [&](const auto& body) {
      for (int64_t i = 0; i < r.count; ++i)
        for (int64_t group = 0; group < groups(); ++group) body(i, r.begin + i, group);
    };
    forGroups([&](int64_t i, int64_t row, int64_t group) {
      auto part = inHeads(scores, i, group);
      at::bmm_out(part, inHeads(scaled, row, group), ofGroup(k, row, group).transpose(1, 2));
    });
    if (cap > 0) scores.div_(cap).tanh_().mul_(cap);
    const auto w = weightsOf(scores, r);
    forGroups([&](int64_t i, int64_t row, int64_t group) {
      auto part = inHeads(out, row, group);
      at::bmm_out(part, inHeads(w, i, group), ofGroup(v, row, group));
    });
  }

  // Idle workers share them.
  static void forEach(const std::vector<Rows>& all, const std::function<void(const Rows&)>& body) {
    parallelFor(int64_t(all.size()), [&](int64_t i) { body(all[size_t(i)]); });
  }

  // seen: where the mean of the heads' weights goes, [N, Lq, Lk]; null: nowhere.
  at::Tensor mixed(at::Tensor* seen = nullptr) const {
    auto out = at::empty({q.size(0), q.size(1), v.size(2) / groups() * heads}, q.options());
    if (seen) *seen = at::empty({q.size(0), q.size(1), k.size(1)}, q.options());
    const bool oneToken = !seen && isOneTokenOfGroups();
    forEach(rows(idleWorkers()), [&](const Rows& r) {
      if (oneToken) return mixOneToken(r, out);
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
    // What flows into a bias is added up part by part, so that its bits are those of the parts.
    const auto all = a.rows(byBias.defined() ? 1 : idleWorkers());
    if (byBias.defined())
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

// A tensor in parts: its clean value, and its tangents where it carries some. Nothing is copied, so that the
// clean values of all tangents are found to be the same (CleanAttention) where they are a part of a product.
struct Parts {
  at::Tensor clean, tangents;

  Parts(const at::Tensor& t, int64_t count, int64_t rows)
      : clean(hasTangents(t) ? cleanOf(t) : constantOf(t, count, rows)),
        tangents(hasTangents(t) ? tangentsOf(t) : at::Tensor()) {}
  // Of one direction.
  at::Tensor tangent(int64_t t) const { return tangents.narrow(0, t * clean.size(0), clean.size(0)); }
};

// Attention of clean values, which all tangents beside them share as far as that takes little memory.
struct CleanAttention {
  static constexpr int64_t kMostShared = int64_t(16) << 20;  // bytes

  at::Tensor mixed;                         // [rows, Lq, heads * d]
  std::vector<at::Tensor> weights, slopes;  // of each part of the rows; slopes: of the cap, if there is one

  static at::Tensor slopeOf(const Attention& a, const Rows& r) {
    return 1 - (a.scores(a.queries(r), a.shared(a.k, r)) / a.cap).square();
  }

  static CleanAttention make(const Attention& a) {
    CleanAttention out;
    out.mixed = at::empty({a.q.size(0), a.q.size(1), a.v.size(2) / a.groups() * a.heads}, a.q.options());
    const int64_t scores = a.q.size(0) * a.heads * a.q.size(1) * a.k.size(1);
    const bool kept = scores * int64_t(sizeof(float)) * (a.cap > 0 ? 2 : 1) <= kMostShared;
    for (const auto& r : a.rows()) {
      const auto weights = a.weights(a.queries(r), a.shared(a.k, r), r);
      Attention::split(out.mixed, r, a.heads).copy_(at::matmul(weights, a.shared(a.v, r)));
      if (!kept) continue;
      out.weights.push_back(weights);
      if (a.cap > 0) out.slopes.push_back(slopeOf(a, r));
    }
    return out;
  }

  static CleanAttention of(const Attention& a) {
    const auto all = cleanValues("attention", {a.q, a.k, a.v, a.bias, a.heads, a.scale, a.cap}, [&] {
      const auto made = make(a);
      return CleanValues::Values{made.mixed, made.weights, made.slopes};
    });
    return {all[0].toTensor(), all[1].toTensorVector(), all[2].toTensorVector()};
  }
};

// Clean attention with what of it carries tangents. S, P and the rule: core/tangent/attention_kernel.h.
struct MovingAttention {
  const Attention& a;  // of the clean values
  const Parts &q, &k, &v;
  int64_t count, rows;

  // On any device, in any type: one product after the other. out [T * rows, Lq, heads * d].
  void change(const Rows& r, const at::Tensor& weights, const at::Tensor& slope, at::Tensor& out) const {
    const auto scaled = a.queries(r), shared = a.shared(a.k, r), mixed = a.shared(a.v, r);
    for (int64_t t = 0; t < count; ++t) {
      at::Tensor change, sum;
      if (q.tangents.defined()) {
        const auto moved = Attention::split(q.tangent(t), r, a.heads);
        change = at::matmul(a.scale == 1 ? moved : moved * a.scale, shared.transpose(2, 3));
      }
      if (k.tangents.defined()) {
        const auto by = at::matmul(scaled, a.shared(k.tangent(t), r).transpose(2, 3));
        change = change.defined() ? change.add_(by) : by;
      }
      if (change.defined()) {
        if (slope.defined()) change.mul_(slope);
        at::_softmax_backward_data_out(change, change, weights, -1, change.scalar_type());
        sum = at::matmul(change, mixed);
      }
      if (v.tangents.defined()) {
        const auto by = at::matmul(weights, a.shared(v.tangent(t), r));
        sum = sum.defined() ? sum.add_(by) : by;
      }
      Attention::split(out.narrow(0, t * rows, rows), r, a.heads).copy_(sum);
    }
  }

  bool isPlain() const {
    if (!canChangeAttention() || a.q.size(0) != rows || a.k.size(0) != rows || a.v.size(0) != rows)
      return false;
    for (const auto& t : {a.q, a.k, a.v, q.tangents, k.tangents, v.tangents}) {
      if (!t.defined()) continue;
      // Lines of numbers side by side that do not overlap.
      const bool lines = t.stride(2) == 1 && t.stride(1) >= t.size(2);
      if (!t.is_cpu() || t.scalar_type() != at::kFloat || !lines) return false;
    }
    return true;
  }

  // Head by head, so that the scores stay near the processor.
  void changePlain(const Rows& r, const at::Tensor& weights, const at::Tensor& slope, at::Tensor& out) const {
    const int64_t width = a.q.size(2) / a.heads, mixedWidth = a.v.size(2) / a.groups();
    const auto heldWeights = weights.contiguous(), heldSlope = slope.defined() ? slope.contiguous() : slope;
    const auto of = [](const at::Tensor& t, int64_t row, int64_t from) -> AttentionChange::Lines {
      if (!t.defined()) return {};
      return {t.data_ptr<float>() + row * t.stride(0) + from, t.stride(1), 0};
    };
    AttentionChange c;
    c.tangents = count;
    c.queries = a.q.size(1), c.keys = a.k.size(1);
    c.width = width, c.mixedWidth = mixedWidth;
    c.scale = float(a.scale);
    c.outLine = out.size(2), c.outStep = rows * out.size(1) * out.size(2);
    const auto moving = [&](const at::Tensor& t, int64_t row, int64_t from) {
      auto lines = of(t, row, from);
      if (t.defined()) lines.step = rows * t.stride(0);
      return lines;
    };
    for (int64_t i = 0; i < r.count; ++i)
      for (int64_t head = 0; head < a.heads; ++head) {
        const int64_t row = r.begin + i, group = head * a.groups() / a.heads;
        c.q = of(a.q, row, head * width), c.dq = moving(q.tangents, row, head * width);
        c.k = of(a.k, row, group * width), c.dk = moving(k.tangents, row, group * width);
        c.v = of(a.v, row, group * mixedWidth), c.dv = moving(v.tangents, row, group * mixedWidth);
        const int64_t scores = (i * a.heads + head) * c.queries * c.keys;
        c.weights = heldWeights.data_ptr<float>() + scores;
        c.slope = heldSlope.defined() ? heldSlope.data_ptr<float>() + scores : nullptr;
        c.out = out.data_ptr<float>() + row * out.size(1) * out.size(2) + head * mixedWidth;
        changeAttention(c);
      }
  }
};

at::Tensor attendWithTangents(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                              int64_t heads, double scale, const at::Tensor& bias, double cap) {
  int64_t count = 0, rows = 0;
  for (const auto& t : {queries, keys, values})
    if (hasTangents(t)) count = tangentCount(t), rows = cleanOf(t).size(0);
  const Parts q(queries, count, rows), k(keys, count, rows), v(values, count, rows);
  Attention a{q.clean, k.clean, v.clean, bias, heads, scale, cap};
  matchForks(a.q, a.k);
  matchForks(a.k, a.v);
  const auto clean = CleanAttention::of(a);
  auto all = at::empty({count * rows, clean.mixed.size(1), clean.mixed.size(2)}, a.q.options());
  const MovingAttention moving{a, q, k, v, count, rows};
  const bool plain = moving.isPlain();
  const auto parts = a.rows();
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto& r = parts[i];
    const auto weights =
        i < clean.weights.size() ? clean.weights[i] : a.weights(a.queries(r), a.shared(a.k, r), r);
    at::Tensor slope;
    if (cap > 0) slope = i < clean.slopes.size() ? clean.slopes[i] : CleanAttention::slopeOf(a, r);
    if (plain)
      moving.changePlain(r, weights, slope, all);
    else
      moving.change(r, weights, slope, all);
  }
  return withTangents(clean.mixed, all);
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
  if (!t_watch && sharesCleanValues()) return CleanAttention::of(attention).mixed;
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
