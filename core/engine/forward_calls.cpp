#include "core/engine/forward_calls.h"

#include <c10/core/GradMode.h>
#include <map>

#include "core/base/torch_device.h"
#include "core/checkpoint/tensor.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/sequence_loss.h"
#include "core/sweep/beam_search.h"

namespace espalier {

namespace {

using Tensors = std::map<std::string, at::Tensor>;

std::map<std::string, std::shared_ptr<Batch>> callsOf(const std::filesystem::path& file) {
  std::map<std::string, std::shared_ptr<Batch>> calls;
  for (const auto& [name, tensor] : readTensors(file)) {
    const auto at = name.find("/in/");
    if (at == std::string::npos || at == 0) continue;
    auto& batch = calls[name.substr(0, at)];
    if (!batch) batch = std::make_shared<Batch>();
    // Half-precision pictures are computed in float32, other kinds of integers as int64.
    batch->tensors[name.substr(at + 4)] = tensor.to(tensor.is_floating_point() ? at::kFloat : at::kLong);
  }
  if (calls.empty())
    throw Error(ErrorKind::InvalidInput,
                file.string() + " holds no inputs: tensors named \"<call>/in/<argument>\" were expected.");
  return calls;
}

// The tokens of a text that are seen and stand for no picture, as its labels.
at::Tensor ownLabels(const Model& model, const Batch& batch) {
  const auto& ids = batch.at("input_ids");
  auto ignored = ids == configPictureToken(model.config(), -1);
  if (batch.has("attention_mask")) ignored = ignored.logical_or(batch.at("attention_mask") == 0);
  return ids.masked_fill(ignored, kIgnoredLabel);
}

Tensors generated(const Model& model, const Pass& pass, const std::shared_ptr<Batch>& batch,
                  const ForwardOptions& options) {
  State state = begin(batch, pass.weights);
  runBlocks(model, pass, state, 0, model.decoderStart());
  if (options.beams > 1) {
    const auto text = generateBeams(model, pass, state, options.maxNewTokens, {options.beams});
    return {{"sequences", text.sequences}, {"scores", text.scores}};
  }
  const auto text = generateGreedy(model, pass, state, options.maxNewTokens, true);
  const auto highest = std::get<0>(text.stepLogits.topk(2, 2));
  return {{"sequences", text.sequences},
          {"step_logits", text.stepLogits},
          {"margin", highest.select(2, 0) - highest.select(2, 1)}};
}

// How many blocks see pictures alone, where the inputs are no more; otherwise all.
size_t towerEnd(const Model& model, const Batch& batch) {
  const auto& blocks = model.blocks();
  if (!batch.has("pixel_values") || batch.has("input_ids") || batch.has("decoder_input_ids"))
    return blocks.size();
  size_t end = 0;
  while (end < blocks.size() && (blocks[end]->description().component == Component::Vision ||
                                 blocks[end]->description().component == Component::Projector))
    ++end;
  return end;
}

Tensors forward(const Model& model, const Weights& weights, const std::string& call,
                const std::shared_ptr<Batch>& batch) {
  const bool alone = model.task() == ModelTask::Continue && batch->tensors.size() == 1;
  if (call.starts_with("text_loss") || (alone && batch->has("input_ids")))
    batch->tensors["labels"] = ownLabels(model, *batch);
  Tensors out;
  const Pass pass{weights, nullptr, &out};
  if (const auto end = towerEnd(model, *batch); end < model.blocks().size()) {
    State tower = begin(batch, weights);
    runBlocks(model, pass, tower, 0, end);
    return out;
  }
  const State state = runModel(model, pass, batch);
  if (state.lossSum.defined()) {
    out["loss"] = lossOfForks(state)[0].to(at::kFloat);
    out["per_sample_loss"] = (state.lossSum / state.lossCount).to(at::kFloat);
  }
  return out;
}

// Values of one head of several are recorded under its name.
Tensors ofHead(const Tensors& all, const std::string& head) {
  Tensors out;
  for (const auto& [name, tensor] : all) {
    const auto dot = name.find('.');
    const auto prefix = name.substr(0, dot);
    if (prefix == "itm" || prefix == "itc") {
      if (prefix == head) out[name.substr(dot + 1)] = tensor;
    } else {
      out[name] = tensor;
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> runForwardCalls(const std::filesystem::path& folder,
                                         const std::filesystem::path& inputs,
                                         const std::filesystem::path& outputs,
                                         const ForwardOptions& options) {
  c10::NoGradGuard noGrad;
  if (options.maxNewTokens < 1)
    throw Error(ErrorKind::InvalidInput,
                "--max-new-tokens is " + std::to_string(options.maxNewTokens) + "; at least 1 was expected.");
  const auto checkpoint = Checkpoint::open(folder);
  const auto model = Model::fromCheckpoint(*checkpoint);
  const Weights weights(checkpoint, *model, torchDevice(defaultDevice()));
  std::vector<std::string> names;
  Tensors all;
  for (const auto& [call, batch] : callsOf(inputs)) {
    Tensors out;
    try {
      if (call.starts_with("generate"))
        out = generated(*model, Pass{weights}, batch, options);
      else
        out = ofHead(forward(*model, weights, call, batch), call.substr(0, 3));
    } catch (const Error& e) {
      throw Error(e.kind(),
                  "The call \"" + call + "\" in " + inputs.string() + " cannot be made: " + e.what());
    }
    for (const auto& [name, tensor] : out) all[call + "/out/" + name] = tensor.cpu().contiguous();
    names.push_back(call);
  }
  writeTensors(outputs, all);
  return names;
}

}  // namespace espalier
