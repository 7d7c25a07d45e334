#include "core/evaluate/evaluator.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include "core/base/parallel.h"

namespace espalier {

namespace {

using Tokens = std::vector<int64_t>;

// The greedy texts a forward pass with the labels already shows: a row whose every label is the likeliest
// token, its end token included, is what generation would give. Nothing for the others.
std::vector<std::optional<Tokens>> textsShown(const Generation& generation, const State& forced,
                                              int64_t maxNewTokens) {
  const auto labels = forced.inputs->find("labels");
  std::vector<std::optional<Tokens>> out(static_cast<size_t>(forced.lossCount.size(0)));
  if (!generation.labelsFollow || !labels.defined() || forced.logits.dim() != 3 ||
      forced.logits.size(0) != labels.size(0) || forced.logits.size(1) != labels.size(1))
    return out;
  const auto likeliest = forced.logits.argmax(2).cpu().contiguous(), wanted = labels.cpu().contiguous();
  const int64_t length = labels.size(1);
  const auto& ends = generation.endTokens;
  for (size_t r = 0; r < out.size(); ++r) {
    const int64_t* said = likeliest.data_ptr<int64_t>() + int64_t(r) * length;
    const int64_t* label = wanted.data_ptr<int64_t>() + int64_t(r) * length;
    for (int64_t t = 0; t < std::min(length, maxNewTokens) && said[t] == label[t]; ++t) {
      if (std::find(ends.begin(), ends.end(), label[t]) == ends.end()) continue;
      out[r].emplace(label, label + t);
      break;
    }
  }
  return out;
}

}  // namespace

void evaluateBatches(const Model& model, const Weights& weights,
                     const std::vector<std::shared_ptr<const Batch>>& batches,
                     const std::vector<size_t>& open, int64_t maxNewTokens, const JobControl& control,
                     const std::function<void(size_t, const std::vector<RowResult>&)>& onBatch,
                     const BeamOptions& beams, PrefixStates* kept) {
  ProgressMeter meter(control, "Evaluating", int64_t(open.size()));
  std::mutex mutex;
  const Pass pass{weights};
  if (kept) kept->begin(model, weights);
  parallelFor(int64_t(open.size()), [&](int64_t place) {
    const auto b = int64_t(open[size_t(place)]);
    control.throwIfCancelled();
    State encoded, forced;
    if (kept) {
      encoded = kept->before(model, weights, size_t(b), model.decoderStart());
      control.throwIfCancelled();
      const PrefixStates::Known known{model.decoderStart(), encoded};
      forced = kept->before(model, weights, size_t(b), model.blocks().size(), &known);
    } else {
      encoded = begin(batches[size_t(b)], weights);
      runBlocks(model, pass, encoded, 0, model.decoderStart());
      control.throwIfCancelled();
      forced = encoded;
      runBlocks(model, pass, forced, model.decoderStart(), model.blocks().size());
    }
    const auto losses = (forced.lossSum / forced.lossCount).cpu();
    const auto rows = size_t(forced.lossCount.size(0));
    std::vector<std::optional<Tokens>> shown(rows);
    if (beams.beams == 1) shown = textsShown(*model.generation(), forced, maxNewTokens);
    std::vector<int64_t> unknown;
    std::vector<RowResult> out(rows);
    for (size_t r = 0; r < rows; ++r) {
      out[r].loss = losses[int64_t(r)].item<double>();
      if (shown[r])
        out[r].generated = std::move(*shown[r]);
      else
        unknown.push_back(int64_t(r));
    }
    if (!unknown.empty()) {
      const auto some = unknown.size() < rows ? at::tensor(unknown).to(weights.device()) : at::Tensor();
      const auto text = beams.beams == 1 ? generateGreedy(model, pass, encoded, maxNewTokens, false, some)
                                         : generateBeams(model, pass, encoded, maxNewTokens, beams);
      const auto ids = text.sequences.cpu();
      const auto& ends = model.generation()->endTokens;
      for (size_t i = 0; i < unknown.size(); ++i) {
        const int64_t* row = ids.data_ptr<int64_t>() + int64_t(i) * ids.size(1);
        for (int64_t t = text.begin;
             t < ids.size(1) && std::find(ends.begin(), ends.end(), row[t]) == ends.end(); ++t)
          out[size_t(unknown[i])].generated.push_back(row[t]);
      }
    }
    std::lock_guard lock(mutex);
    onBatch(size_t(b), out);
    meter.advance();
  });
}

void forwardBatches(const Model& model, const Weights& weights,
                    const std::vector<std::shared_ptr<const Batch>>& batches, const JobControl& control,
                    const std::function<void(size_t, const State&)>& onBatch, PrefixStates* kept) {
  if (kept) kept->begin(model, weights);
  ProgressMeter meter(control, "Evaluating", int64_t(batches.size()));
  std::mutex mutex;
  parallelFor(int64_t(batches.size()), [&](int64_t b) {
    control.throwIfCancelled();
    const auto state = kept ? kept->before(model, weights, size_t(b), model.blocks().size())
                            : runModel(model, Pass{weights}, batches[size_t(b)]);
    std::lock_guard lock(mutex);
    onBatch(size_t(b), state);
    meter.advance();
  });
}

}  // namespace espalier
