#pragma once

#include <chrono>
#include <vector>

#include "core/prune/block_pruning.h"
#include "core/session/open_model.h"

namespace espalier {

// A person's options in the pruner's terms. Throws Error (InvalidInput) where one is not known.
PruneModelOptions modelOptionsOf(const PruneOptions& options);

// The variant of a model with these weights, and what became of its matrices.
PruneResult prunedResult(const OpenModel& dense, Weights weights, const std::vector<MatrixPruning>& matrices,
                         std::chrono::steady_clock::time_point start);

}  // namespace espalier
