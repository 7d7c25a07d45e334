#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/prune/block_pruning.h"

namespace espalier {

struct ModelPruning {
  Weights weights;                      // the dense ones with the pruned matrices set over them
  std::vector<MatrixPruning> matrices;  // in model order
};

// Keeps what has been pruned outside of memory, block by block, and knows what an earlier run kept.
class PrunedBlocks {
 public:
  struct Kept {
    SafetensorsFile file;                 // the pruned matrices
    std::vector<MatrixPruning> matrices;  // what became of them
  };
  virtual ~PrunedBlocks() = default;
  virtual std::optional<Kept> find(const std::string& block) = 0;
  // float32 tensors as they are to be used from now on. writer: the process that writes the file; of several
  // that keep blocks together the others may have neither weights nor matrices, and get both.
  virtual Kept keep(const std::string& block, const std::map<std::string, at::Tensor>& weights,
                    const std::vector<MatrixPruning>& matrices, int writer = 0) = 0;
};

// For each block of the model what is to be pruned in it. Throws Error (InvalidInput) for a name that is no
// matrix of the model, a sparsity outside 0 ... 1, a pattern that does not suit a shape or a plan.
std::vector<std::vector<MatrixJob>> jobsOf(const Model& model,
                                           const std::unordered_map<std::string, double>& sparsities,
                                           const BlockPruning& pruning);

// Prunes block by block in model order. Each block is run once as it stands, on what the pruned blocks before
// it produce, to gather the inputs of its matrices; these are pruned, all from the same pass; then the block
// is run again, pruned, to feed the next one. With CalibrationInputs::Dense the one pass feeds the next
// block, too. Blocks after the last one with something to prune do not run, and with a criterion that needs
// no data none does.
//
// sparsities: matrix name -> fraction of its weights that goes, 0 ... 1. Matrices not named stay as they are;
// with an N:M pattern those named with 0 do too, all others get the pattern's sparsity. How many weights go:
// prunedInRow, core/prune/select.h. calibration: inputs for the model, at least one batch unless the
// criterion needs no data. All states are held at once: batches times the size of a block's output; SparseGPT
// adds columns^2 floats for each different input of a block and for each worker. The result does not depend
// on the number of workers. The dense weights are not changed.
//
// Where each process holds blocks of its own (Processes::ownBlocks), it prunes these alone and hands the
// states on to the next; `kept` tells the others what became of them.
//
// kept: where pruned matrices go as soon as their block is done, so that they take no memory; blocks that it
// has of an earlier run with the same inputs are taken as they are. Null: all are kept in memory.
//
// Throws Error (InvalidInput): a name that is no matrix of the model, a sparsity outside 0 ... 1, no
// calibration data, an unknown criterion or refinement, columns that the pattern does not divide. Cancelled:
// between batches and blocks.
ModelPruning pruneModel(const Model& model, const Weights& dense,
                        const std::vector<std::shared_ptr<const Batch>>& calibration,
                        const std::unordered_map<std::string, double>& sparsities,
                        const PruneModelOptions& options, const JobControl& control,
                        PrunedBlocks* kept = nullptr);

}  // namespace espalier
