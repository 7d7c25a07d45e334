#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/model/state.h"
#include "core/model/weights.h"
#include "core/sweep/beam_search.h"
#include "core/sweep/prefix_states.h"

namespace espalier {

// One row of a batch: the tokens generated for it and the mean cross-entropy of the tokens expected of it.
struct RowResult {
  std::vector<int64_t> generated;  // after the start token or prompt, up to the end token
  double loss = 0;
};

// Generation (greedy, or with several beams) and loss of every row of the batches asked for, in parallel and
// begun in the order given; both share one pass over what comes before the decoder. onBatch is told each
// batch's rows as they are ready, in no particular order, from one thread at a time. What the loss's own pass
// shows of greedy texts is not generated again. kept: states of these batches from the run before; null: none
// are kept.
void evaluateBatches(const Model& model, const Weights& weights,
                     const std::vector<std::shared_ptr<const Batch>>& batches,
                     const std::vector<size_t>& asked, int64_t maxNewTokens, const JobControl& control,
                     const std::function<void(size_t batch, const std::vector<RowResult>&)>& onBatch,
                     const BeamOptions& beams = {}, PrefixStates* kept = nullptr);

// A forward pass of every batch, batches in parallel. onBatch is told the state at the end, in no particular
// order, from one thread at a time.
void forwardBatches(const Model& model, const Weights& weights,
                    const std::vector<std::shared_ptr<const Batch>>& batches, const JobControl& control,
                    const std::function<void(size_t batch, const State&)>& onBatch,
                    PrefixStates* kept = nullptr);

}  // namespace espalier
