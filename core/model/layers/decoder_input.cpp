#include "core/model/layers/decoder_input.h"

#include "core/model/layers/attention.h"

namespace espalier {

DecoderInput decoderInput(const State& state, const std::string& ids, const std::string& mask) {
  if (const auto* d = state.decoding.get()) return {d->tokens, d->tokenMask, d->position};
  return {state.inputs->at(ids), state.inputs->find(mask), 0};
}

at::Tensor maskWithPast(State& state, const at::Tensor& newMask, int64_t length) {
  auto* d = state.decoding.get();
  if (!d) return newMask;
  if (newMask.defined() || d->mask.defined()) {
    // Beams have more rows than the inputs.
    const int64_t rows = d->tokens.size(0);
    const auto before = d->mask.defined() ? d->mask : at::ones({rows, d->position}, d->tokens.options());
    const auto now = newMask.defined() ? newMask : at::ones({rows, length}, d->tokens.options());
    d->mask = at::cat({before, now}, 1);
  }
  return d->mask;
}

at::Tensor positionsByPlace(int64_t length, int64_t past, at::Device device) {
  return at::arange(past, past + length, at::TensorOptions(at::kLong).device(device)).unsqueeze(0);
}

at::Tensor positionsByMask(const at::Tensor& maskWithPast, int64_t length, int64_t past, int64_t padPosition,
                           at::Device device) {
  if (!maskWithPast.defined()) return positionsByPlace(length, past, device);
  const auto mask = maskWithPast.to(at::kLong);
  return (mask.cumsum(1) - 1).masked_fill(mask == 0, padPosition).slice(1, past);
}

at::Tensor decoderBias(const at::Tensor& maskWithPast, int64_t length, int64_t past, at::Device device,
                       const Sight& sight) {
  const bool windowed = sight.window > 0 && sight.window < past + length;
  // One new token sees everything that is no padding.
  if (length == 1 && !windowed) return maskBias(maskWithPast);
  auto bias = causalBias(length, past, device, sight.window);
  if (sight.alsoSeen.defined()) bias = bias.masked_fill(sight.alsoSeen, 0);
  return addBias(bias, maskBias(maskWithPast));
}

}  // namespace espalier
