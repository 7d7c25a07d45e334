#include "core/sweep/run.h"

namespace espalier {

void runBlocks(const Model& model, const Pass& pass, State& state, size_t first, size_t last) {
  for (size_t i = first; i < last; ++i) model.blocks()[i]->run(state, pass);
}

State runModel(const Model& model, const Pass& pass, std::shared_ptr<const Batch> inputs) {
  State state;
  state.inputs = std::move(inputs);
  runBlocks(model, pass, state, 0, model.blocks().size());
  return state;
}

at::Tensor generateGreedy(const Model& model, const Pass& pass, State state, int64_t rows, int64_t maxNewTokens,
                          at::Tensor* stepLogits) {
  state.cache = std::make_shared<KeyValueCache>();
  auto token = at::full({rows, 1}, model.startToken(), at::kLong);
  std::vector<at::Tensor> sequence{token}, logits;
  auto finished = at::zeros({rows, 1}, at::kBool);
  for (int64_t step = 0; step < maxNewTokens; ++step) {
    state.generated = token;
    state.position = step;
    runBlocks(model, pass, state, model.decoderStart(), model.blocks().size());
    const auto last = state.logits.select(1, state.logits.size(1) - 1);
    if (stepLogits) logits.push_back(last);
    token = last.argmax(1, true).masked_fill(finished, model.padToken());
    sequence.push_back(token);
    finished = finished.logical_or(token == model.endToken());
    if (finished.all().item<bool>()) break;
  }
  if (stepLogits && !logits.empty()) *stepLogits = at::stack(logits, 1);
  return at::cat(sequence, 1);
}

}  // namespace espalier
