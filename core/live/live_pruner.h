#pragma once

#include <memory>

#include "core/engine/engine.h"

namespace espalier {

// Prunes one model again and again to plans that differ little, as while a bar is dragged. What does not
// depend on what changed is kept: the calibration batches, the states before each block and the pruned
// weights up to the first block whose sparsities differ from the last run's, and what each matrix was given
// as input; where inputsAreFixed() the pruned weights of all that did not change, and where weights go in one
// order the order. A run that was cancelled leaves the blocks it finished. Of a model that does not fit into
// memory nothing else is kept: it is pruned to files (pruneModel). Not for use from two threads at once.
class LivePruner {
 public:
  // Keeps at most about memoryBytes of each of states, orders and inputs; with less than all of them fit in,
  // none are kept.
  LivePruner(ModelPtr dense, Dataset calibration, PruneOptions options,
             int64_t memoryBytes = int64_t(2) << 30);
  ~LivePruner();

  // What pruneModel does, to the last bit. Weights equal to the last preview's are its tensors, so that
  // answers to it stand (PrefixStates).
  PruneResult run(const Plan& plan, const JobControl& control);

  // The same in the time it takes to choose the weights: each matrix is pruned by the inputs that it had in
  // the last run(), or in the dense model where there was none, instead of those that the blocks before it
  // produce under this plan, and with what of the refinements can be waited for (Refinement::refineQuickly):
  // a few steps of refit, no swaps. With refinements that are quick, or none, it is exact up to and with the
  // first block that differs from the last run, and throughout where inputsAreFixed().
  PruneResult preview(const Plan& plan, const JobControl& control);

  // Whether preview() is run() throughout.
  static bool previewsExactly(const PruneOptions& options);

  // Blocks of the last run that were taken from the one before it, of all that were to be pruned.
  struct Reuse {
    size_t reused = 0, total = 0;
  };
  Reuse lastReuse() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> m_parts;
};

}  // namespace espalier
