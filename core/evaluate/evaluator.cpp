#include "core/evaluate/evaluator.h"

#include <algorithm>
#include <mutex>

#include "core/base/parallel.h"

namespace espalier {

void evaluateBatches(const Model& model, const Weights& weights,
                     const std::vector<std::shared_ptr<const Batch>>& batches, int64_t maxNewTokens,
                     const JobControl& control,
                     const std::function<void(size_t, const std::vector<RowResult>&)>& onBatch,
                     const BeamOptions& beams) {
  ProgressMeter meter(control, "Evaluating", int64_t(batches.size()));
  std::mutex mutex;
  const Pass pass{weights};
  parallelFor(int64_t(batches.size()), [&](int64_t b) {
    control.throwIfCancelled();
    State encoded = begin(batches[size_t(b)], weights);
    runBlocks(model, pass, encoded, 0, model.decoderStart());
    control.throwIfCancelled();
    State forced = encoded;
    runBlocks(model, pass, forced, model.decoderStart(), model.blocks().size());
    const auto losses = (forced.lossSum / forced.lossCount).cpu();
    const int64_t rows = forced.lossCount.size(0);
    const auto text = beams.beams == 1 ? generateGreedy(model, pass, encoded, maxNewTokens)
                                       : generateBeams(model, pass, encoded, maxNewTokens, beams);
    const auto ids = text.sequences.cpu();
    const auto& ends = model.generation()->endTokens;
    std::vector<RowResult> out(static_cast<size_t>(rows));
    for (int64_t r = 0; r < rows; ++r) {
      out[size_t(r)].loss = losses[r].item<double>();
      const int64_t* row = ids.data_ptr<int64_t>() + r * ids.size(1);
      for (int64_t t = text.begin;
           t < ids.size(1) && std::find(ends.begin(), ends.end(), row[t]) == ends.end(); ++t)
        out[size_t(r)].generated.push_back(row[t]);
    }
    std::lock_guard lock(mutex);
    onBatch(size_t(b), out);
    meter.advance();
  });
}

void forwardBatches(const Model& model, const Weights& weights,
                    const std::vector<std::shared_ptr<const Batch>>& batches, const JobControl& control,
                    const std::function<void(size_t, const State&)>& onBatch) {
  ProgressMeter meter(control, "Evaluating", int64_t(batches.size()));
  std::mutex mutex;
  parallelFor(int64_t(batches.size()), [&](int64_t b) {
    control.throwIfCancelled();
    const auto state = runModel(model, Pass{weights}, batches[size_t(b)]);
    std::lock_guard lock(mutex);
    onBatch(size_t(b), state);
    meter.advance();
  });
}

}  // namespace espalier
