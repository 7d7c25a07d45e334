#include "core/evaluate/evaluator.h"

#include <algorithm>
#include <mutex>

#include "core/base/parallel.h"

namespace espalier {

namespace {

using Tokens = std::vector<int64_t>;

// What a forward pass with the labels shows of the text that greedy generation gives.
struct Shown {
  Tokens tokens;       // the first of it
  bool ended = false;  // that is all of it
};

// As long as the labels are the likeliest tokens they are the text, and the likeliest token after them is its
// next one. Nothing where the family's passes do not show it.
std::vector<Shown> textsShown(const Generation& generation, const State& forced, int64_t maxNewTokens) {
  const auto labels = forced.inputs->find("labels");
  std::vector<Shown> out(static_cast<size_t>(forced.lossCount.size(0)));
  if (!generation.labelsFollow || !labels.defined() || forced.logits.dim() != 3 ||
      forced.logits.size(0) != labels.size(0) || forced.logits.size(1) != labels.size(1))
    return out;
  const auto likeliest = forced.logits.argmax(2).cpu().contiguous(), wanted = labels.cpu().contiguous();
  const int64_t length = labels.size(1);
  const auto& ends = generation.endTokens;
  for (size_t r = 0; r < out.size(); ++r) {
    const int64_t* said = likeliest.data_ptr<int64_t>() + int64_t(r) * length;
    const int64_t* label = wanted.data_ptr<int64_t>() + int64_t(r) * length;
    Shown& shown = out[r];
    for (int64_t t = 0; t < length && !shown.ended; ++t) {
      shown.ended = std::find(ends.begin(), ends.end(), said[t]) != ends.end();
      if (!shown.ended) shown.tokens.push_back(said[t]);
      if (int64_t(shown.tokens.size()) == maxNewTokens) shown.ended = true;
      if (said[t] != label[t]) break;
    }
  }
  return out;
}

}  // namespace

void evaluateBatches(const Model& model, const Weights& weights,
                     const std::vector<std::shared_ptr<const Batch>>& batches,
                     const std::vector<size_t>& asked, int64_t maxNewTokens, const JobControl& control,
                     const std::function<void(size_t, const std::vector<RowResult>&)>& onBatch,
                     const BeamOptions& beams, PrefixStates* kept) {
  ProgressMeter meter(control, "Evaluating", int64_t(asked.size()));
  std::mutex mutex;
  const Pass pass{weights};
  if (kept) kept->begin(model, weights);
  parallelFor(int64_t(asked.size()), [&](int64_t place) {
    const auto b = int64_t(asked[size_t(place)]);
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
    std::vector<Shown> shown(rows);
    if (beams.beams == 1) shown = textsShown(*model.generation(), forced, maxNewTokens);
    std::vector<int64_t> open;
    size_t known = 0;  // tokens of every open row
    std::vector<RowResult> out(rows);
    for (size_t r = 0; r < rows; ++r) {
      out[r].loss = losses[int64_t(r)].item<double>();
      if (shown[r].ended) {
        out[r].generated = std::move(shown[r].tokens);
        continue;
      }
      known = open.empty() ? shown[r].tokens.size() : std::min(known, shown[r].tokens.size());
      open.push_back(int64_t(r));
    }
    if (!open.empty()) {
      const auto some = open.size() < rows ? at::tensor(open).to(weights.device()) : at::Tensor();
      Tokens first;
      for (const auto r : open) {
        const auto& tokens = shown[size_t(r)].tokens;
        first.insert(first.end(), tokens.begin(), tokens.begin() + std::ptrdiff_t(known));
      }
      const auto begun =
          known > 0 ? at::tensor(first).view({int64_t(open.size()), int64_t(known)}).to(weights.device())
                    : at::Tensor();
      const auto text = beams.beams == 1
                            ? generateGreedy(model, pass, encoded, maxNewTokens, false, some, begun)
                            : generateBeams(model, pass, encoded, maxNewTokens, beams);
      const auto ids = text.sequences.cpu();
      const auto& ends = model.generation()->endTokens;
      for (size_t i = 0; i < open.size(); ++i) {
        const int64_t* row = ids.data_ptr<int64_t>() + int64_t(i) * ids.size(1);
        for (int64_t t = text.begin;
             t < ids.size(1) && std::find(ends.begin(), ends.end(), row[t]) == ends.end(); ++t)
          out[size_t(open[i])].generated.push_back(row[t]);
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
