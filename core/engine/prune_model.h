#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "core/base/scratch_folder.h"
#include "core/engine/open_model.h"
#include "core/prune/block_pruning.h"

namespace espalier {

// A person's options in the pruner's terms. Throws Error (InvalidInput) where one is not known.
PruneModelOptions modelOptionsOf(const PruneOptions& options);
// With what a pattern asks of the model.
PruneModelOptions modelOptionsOf(const PruneOptions& options, const Model& model);

// A folder for so many bytes of weights of a model that does not fit into memory. Throws Error (Io) where its
// place has too little room.
std::shared_ptr<ScratchFolder> scratchForWeights(int64_t bytes);
std::shared_ptr<ScratchFolder> scratchForPruning(const OpenModel& dense, const Plan& plan);
// The model, which reads from the folder and so has it for as long as it is there.
ModelPtr keeping(std::shared_ptr<ScratchFolder> scratch, ModelPtr model);

// The variant of a model with these weights, and what became of its matrices.
PruneResult prunedResult(const OpenModel& dense, Weights weights, const std::vector<MatrixPruning>& matrices,
                         std::chrono::steady_clock::time_point start);

}  // namespace espalier
