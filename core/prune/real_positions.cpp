#include "core/prune/real_positions.h"

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
    if (const auto told = before.fixed.find(kRealPositions); told != before.fixed.end()) {
      const auto real = told->second.to(at::kBool).cpu();
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
