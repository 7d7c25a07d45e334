#include "core/model/layers/language_head.h"

#include "core/model/layers/sequence_loss.h"

namespace espalier {

at::Tensor headInput(const State& state, const at::Tensor& x) {
  return state.decoding && !state.decoding->everyLogit ? x.slice(1, -1) : x;
}

void setDecoderLoss(State& state, double smoothing) {
  if (state.decoding) return;
  const auto labels = state.labels.defined() ? state.labels : state.inputs->find("labels");
  if (!labels.defined()) return;
  setNextTokenLoss(state, state.logits, labels, smoothing);
  state.logits = state.logits.slice(1, state.logits.size(1) - labels.size(1));
}

}  // namespace espalier
