#include "core/recover/real_positions.h"

#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

constexpr double kBlocked = -1e30;  // below what any position bias is

}  // namespace

at::Tensor realPositions(const State& before, Component component) {
  const auto& h = before.hidden;
  if (!h.defined() || h.dim() != 3) return {};
  const int64_t rows = h.size(0), length = h.size(1);
  at::Tensor real;
  const auto take = [&](const at::Tensor& seen) {
    const auto whole = seen.expand({rows, length});
    real = real.defined() ? real.logical_and(whole) : whole;
  };
  if (const auto& bias = before.attentionBias; bias.defined() && bias.dim() == 4 && bias.size(3) == length &&
                                               (bias.size(2) == 1 || bias.size(2) == length) &&
                                               (bias.size(0) == 1 || bias.size(0) == rows)) {
    const auto ofHead = bias.select(1, 0);  // [rows or 1, length or 1, length]
    take((ofHead.size(1) == 1 ? ofHead.select(1, 0) : ofHead.diagonal(0, 1, 2)) > kBlocked);
  }

  if (const auto labels = before.labels.defined() ? before.labels : before.inputs->find("labels");
      component == Component::LanguageDecoder && labels.defined() && labels.dim() == 2 &&
      labels.size(0) == rows && labels.size(1) == length)
    take(labels != kIgnoredLabel);
  if (!real.defined() || real.all().item<bool>()) return {};
  return real.to(at::kFloat).contiguous();
}

}  // namespace espalier
