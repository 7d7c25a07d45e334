#include "core/prune/real_positions.h"

#include <algorithm>
#include <cmath>

#include "core/model/layers/decoder_input.h"

namespace espalier {

namespace {

constexpr float kHidden = -1e30f;  // masked biases are far below, all others far above

// bias: [rows or 1, heads or 1, queries or 1, keys]. Undefined where every key is seen.
at::Tensor seenKeys(const at::Tensor& bias, int64_t length) {
  if (!bias.defined() || bias.dim() != 4 || bias.size(3) != length) return {};
  const auto seen = (bias > kHidden).any(2).any(1).cpu();
  return seen.all().item<bool>() ? at::Tensor() : seen;
}

}  // namespace

RealPositions realPositions(const State& before) {
  RealPositions out;
  if (before.hidden.defined() && before.hidden.dim() == 3) {
    out.hidden = seenKeys(before.attentionBias, before.hidden.size(1));
    if (const auto given = before.fixed.find(kRealPositions); given != before.fixed.end()) {
      const auto real = given->second.to(at::kBool).cpu();
      if (real.size(1) == before.hidden.size(1) && !real.all().item<bool>())
        out.hidden = out.hidden.defined() ? out.hidden.logical_and(real) : real;
    }
  }
  if (before.context.defined() && before.context.dim() == 3) {
    out.contextStream = before.context;
    out.context = seenKeys(before.contextBias, before.context.size(1));
  }
  return out;
}

RealPositions positionsOfChange(const State& before, const State& after, double share) {
  auto out = realPositions(before);
  const auto marked = before.fixed.find(kPictureMask);
  const auto &from = before.hidden, &to = after.hidden;
  if (marked == before.fixed.end() || !from.defined() || !to.defined() || from.dim() != 3 ||
      !from.sizes().equals(to.sizes()))
    return out;
  const int64_t rows = from.size(0), length = from.size(1);
  if (marked->second.size(0) != rows || marked->second.size(1) != length) return out;
  const auto real =
      out.hidden.defined() ? out.hidden.expand({rows, length}) : at::ones({rows, length}, at::kBool);
  const auto pictures = marked->second.to(at::kBool).cpu().logical_and(real);
  const auto change = (1 - at::cosine_similarity(from.to(at::kDouble), to.to(at::kDouble), 2)).cpu();
  auto chosen = real.logical_and(pictures.logical_not());
  for (int64_t r = 0; r < rows; ++r) {
    const auto places = pictures[r].nonzero().flatten();
    if (places.numel() == 0) continue;
    const auto changes = change[r].index_select(0, places);
    const double texts = chosen[r].sum().item<double>();
    const auto count = std::min<int64_t>(
        places.numel(), std::llround(std::min(1.0, share * changes.mean().item<double>()) * texts));
    const auto order = std::get<1>(changes.sort(true, 0, true));
    chosen[r].index_fill_(0, places.index_select(0, order.narrow(0, 0, count)), true);
  }
  out.hidden = chosen;
  return out;
}

at::Tensor RealPositions::of(const at::Tensor& input) const {
  if (input.dim() != 3) return {};
  const auto& real = contextStream.defined() && input.is_same(contextStream) ? context : hidden;
  if (!real.defined() || real.size(1) != input.size(1) ||
      (real.size(0) != 1 && real.size(0) != input.size(0)))
    return {};
  return real.expand({input.size(0), input.size(1)}).flatten().nonzero().flatten();
}

at::Tensor RealPositions::among(const at::Tensor& positions) const {
  if (!hidden.defined()) return {};
  const int64_t length = hidden.size(1);
  const auto places = positions.cpu();
  const auto row = hidden.size(0) == 1 ? at::zeros_like(places) : places.div(length, "floor");
  return hidden.index({row, places.remainder(length)}).nonzero().flatten();
}

}  // namespace espalier
