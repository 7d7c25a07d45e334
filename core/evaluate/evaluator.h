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
  std::vector<std::vector<Tokens>> generated = {};  // [batch][row]: what was generated
};

// Generates (greedily, or with several beams) and computes the loss of every row of the `asked` batches. The
// batches run in parallel and start in the given order. Generation and loss share one pass over the blocks
// before the decoder. onBatch gets the rows of each finished batch, in no particular order, from one thread
// at a time. Greedy tokens that the loss's own pass already shows are not generated again. kept holds the
// states and texts of the previous run: a pass along its text, and along the guess that such a pass gives,
// replaces generation where the model is sure of the token. Null: nothing is kept; then the processes of the
// control share the batches, and onBatch is called at each of them with all.
void evaluateBatches(const Model& model, const Weights& weights,
                     const std::vector<std::shared_ptr<const Batch>>& batches,
                     const std::vector<size_t>& asked, int64_t maxNewTokens, const JobControl& control,
                     const std::function<void(size_t batch, const std::vector<RowResult>&)>& onBatch,
                     const BeamOptions& beams = {}, KeptRun* kept = nullptr);

// Which streams of a final state are looked at, beside its losses and inputs; others may be absent.
struct FinalStreams {
  bool logits = false;
  bool terms = false;  // lossTerms and lossTargets
  std::vector<std::string> kept = {};
};

// Runs a forward pass of every batch, batches in parallel (and among the processes of the control, unless
// something is kept). onBatch gets the final state of each, in no particular order, from one thread at a
// time.
void forwardBatches(const Model& model, const Weights& weights,
                    const std::vector<std::shared_ptr<const Batch>>& batches, const JobControl& control,
                    const FinalStreams& streams,
                    const std::function<void(size_t batch, const State&)>& onBatch,
                    PrefixStates* kept = nullptr);

}  // namespace espalier
