#include "core/sweep/run.h"

#include "core/base/error.h"
#include "core/model/weights_compact.h"

namespace espalier {

size_t firstBlockNeeded(const Model& model, const Batch& batch) {
  if (!model.generation() || batch.has("pixel_values") || !batch.has("input_ids")) return 0;
  bool projects = false;
  for (size_t i = 0; i < model.decoderStart(); ++i) {
    const auto component = model.blocks()[i]->description().component;
    if (component != Component::Vision && component != Component::Projector) return 0;
    projects = projects || component == Component::Projector;
  }
  return projects ? model.decoderStart() : 0;
}

State begin(std::shared_ptr<const Batch> inputs, const Weights& weights) {
  State state;
  state.inputs = onDevice(std::move(inputs), weights.device());
  return state;
}

namespace {

void prepareInputs(State& state) {
  state.inputs = prepared(std::move(state.inputs));
  if (const auto pixels = state.inputs->find("pixel_values"); pixels.defined() && pixels.numel() == 0)
    throw Error(ErrorKind::InvalidInput,
                "The inputs hold pixel_values without a picture; leave them out or give at least one.");
}

}  // namespace

void runBlock(const Model& model, const Pass& pass, State& state, size_t block) {
  if (pass.stop.stop_requested()) throw Cancelled();
  if (block == 0) prepareInputs(state);
  model.blocks()[block]->run(state, pass);
}

void runBlocks(const Model& model, const Pass& pass, State& state, size_t first, size_t last) {
  if (first == 0) {
    prepareInputs(state);
    first = firstBlockNeeded(model, *state.inputs);
  }
  for (size_t i = first; i < last; ++i) {
    if (pass.stop.stop_requested()) throw Cancelled();
    model.blocks()[i]->run(state, pass);
  }
}

State runModel(const Model& model, const Pass& pass, std::shared_ptr<const Batch> inputs) {
  State state = begin(std::move(inputs), pass.weights);
  runBlocks(model, pass, state, 0, model.blocks().size());
  return state;
}

Prompt beginGeneration(const Model& model, State& state) {
  if (!model.generation())
    throw Error(ErrorKind::InvalidInput, "A model of the family " + model.family() + " generates no text.");
  auto prompt = model.generation()->prompt(*state.inputs);
  if (!prompt.ids.defined() || prompt.ids.size(1) == 0)
    throw Error(ErrorKind::InvalidInput, "The inputs have no text to go on from: input_ids was expected.");
  state.decoding = std::make_shared<Decoding>();
  state.decoding->tokens = prompt.ids;
  state.decoding->tokenMask = prompt.mask;
  return prompt;
}

void takeRows(State& state, int64_t rowsBefore, const at::Tensor& rows) {
  const auto take = [&](at::Tensor& t) {
    // One row that serves all stays as it is.
    if (t.defined() && (t.size(0) == rowsBefore && rowsBefore > 1)) t = t.index_select(0, rows);
  };
  auto& d = *state.decoding;
  for (auto& [layer, kv] : d.cache) kv = {kv.key.index_select(0, rows), kv.value.index_select(0, rows)};
  for (auto& [name, value] : d.remembered) value = value.index_select(0, rows);
  if (d.mask.defined()) d.mask = d.mask.index_select(0, rows);
  take(state.context);
  take(state.contextBias);
}

bool hasPlace(const Model& model, const State& state) {
  const auto& d = *state.decoding;
  const int64_t positions = model.generation()->positions;
  return d.position == 0 || positions == 0 || d.position + d.tokens.size(1) <= positions;
}

namespace {

// Of some rows only; undefined: all.
Prompt beginFor(const at::Tensor& rows, const Model& model, State& state) {
  auto prompt = beginGeneration(model, state);
  if (!rows.defined()) return prompt;
  auto& decoding = *state.decoding;
  takeRows(state, prompt.ids.size(0), rows);
  for (auto* t : {&prompt.ids, &prompt.mask, &prompt.shown, &decoding.tokens, &decoding.tokenMask})
    if (t->defined()) *t = t->index_select(0, rows);
  return prompt;
}

}  // namespace

GeneratedText generateGreedy(const Model& model, const Pass& pass, State state, int64_t maxNewTokens,
                             bool keepLogits, const at::Tensor& rows, const at::Tensor& known) {
  const GenerationHere here;
  const auto prompt = beginFor(rows, model, state);
  const auto& generation = *model.generation();
  auto& decoding = *state.decoding;
  std::vector<at::Tensor> sequence{prompt.shown.defined() ? prompt.shown : prompt.ids}, logits;
  const int64_t begin = sequence[0].size(1);
  int64_t step = 0;
  if (known.defined()) {
    sequence.push_back(known);
    decoding.tokens = at::cat({decoding.tokens, known}, 1);
    step = known.size(1);
  }
  auto finished = at::zeros({prompt.ids.size(0), 1}, prompt.ids.options().dtype(at::kBool));
  for (; step < maxNewTokens && hasPlace(model, state); ++step) {
    runBlocks(model, pass, state, generation.decoderStart, model.blocks().size());
    decoding.position += state.hidden.size(1);
    const auto last = state.logits.select(1, state.logits.size(1) - 1);
    if (keepLogits) logits.push_back(last);
    const auto token = last.argmax(1, true).masked_fill(finished, generation.padToken);
    sequence.push_back(token);
    for (const auto end : generation.endTokens) finished = finished.logical_or(token == end);
    if (finished.all().item<bool>()) break;
    decoding.tokens = token;
    decoding.tokenMask = at::Tensor();
  }
  GeneratedText text;
  text.begin = begin;
  text.sequences = at::cat(sequence, 1);
  if (!logits.empty()) text.stepLogits = at::stack(logits, 1);
  return text;
}

at::Tensor logitsAlong(const Model& model, const Pass& pass, State state, const at::Tensor& rows,
                       const at::Tensor& tokens) {
  const auto prompt = beginFor(rows, model, state);
  auto& decoding = *state.decoding;
  decoding.tokens = at::cat({decoding.tokens, tokens}, 1);
  decoding.everyLogit = true;
  runBlocks(model, pass, state, model.generation()->decoderStart, model.blocks().size());
  return state.logits.slice(1, prompt.ids.size(1) - 1);
}

}  // namespace espalier
