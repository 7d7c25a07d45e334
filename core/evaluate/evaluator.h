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

using Tokens = std::vector<int64_t>;

// One row of a batch: the tokens generated for it and the mean cross-entropy of the tokens expected of it.
struct RowResult {
  Tokens generated;  // after the start token or prompt, up to the end token
  double loss = 0;
};

// What a run leaves to the next one of the same batches, with the same model or a variant of it.
struct KeptRun {
  PrefixStates states;
  std::vector<std::vector<Tokens>> said = {};  // [batch][row]: what was generated
};

// Generation (greedy, or with several beams) and loss of every row of the batches asked for, in parallel and
// begun in the order given; both share one pass over what comes before the decoder. onBatch is told each
// batch's rows as they are ready, in no particular order, from one thread at a time. What the loss's own pass
// shows of greedy texts is not generated again; with what a run before left, passes along what it said, and
// along what such passes guess, show the rest where the model is sure of it. kept: what that run left; null:
// nothing is kept.
void evaluateBatches(const Model& model, const Weights& weights,
                     const std::vector<std::shared_ptr<const Batch>>& batches,
                     const std::vector<size_t>& asked, int64_t maxNewTokens, const JobControl& control,
                     const std::function<void(size_t batch, const std::vector<RowResult>&)>& onBatch,
                     const BeamOptions& beams = {}, KeptRun* kept = nullptr);

// A forward pass of every batch, batches in parallel. onBatch is told the state at the end, in no particular
// order, from one thread at a time.
void forwardBatches(const Model& model, const Weights& weights,
                    const std::vector<std::shared_ptr<const Batch>>& batches, const JobControl& control,
                    const std::function<void(size_t batch, const State&)>& onBatch,
                    PrefixStates* kept = nullptr);

}  // namespace espalier
