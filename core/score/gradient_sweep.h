#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/model/weights.h"
#include "core/score/gradient_sums.h"
#include "core/score/gradient_taker.h"

namespace espalier {

// Gradients of the loss by every wanted matrix, in the memory of one part of a block: a forward sweep keeps
// the states between the parts of blocks (Block::parts) and as many of their products as there is room for
// within 1.3 times the memory of inference; a reverse sweep runs each part once more with gradients recorded,
// hands out those of a block's matrices, and drops them. Products that no gradient depends on are not made
// again, nor is the model's last part run twice. Between three and four forward passes in all, however many
// matrices there are.
//
// E|g| of a zeroth-order estimate is sqrt(2 / pi) ||dL/dW||_F: the norm of these gradients is what it
// estimates.

struct MatrixGradients {
  const PrunableMatrix* matrix = nullptr;
  std::vector<GradientSums> batches;
};

// In reverse model order, from the calling thread; each block when all batches have passed it.
using BlockDifferentiated = std::function<void(const Block&, const std::vector<MatrixGradients>&)>;

// Batches run in parallel, from block to block together; each holds its states between all parts
// (StateStore). Of a block's gradients by weights one is in memory at a time for each worker. The weights are
// not changed. Neither workers nor what there was room for change a bit of what comes out. onGradient is told
// each gradient as it is made, from the worker that made it: with several batches, in no order among them.
// batchesOfAll: where several processes sweep at once, each with batches of its own, how many batches they
// have in all, for their common progress; 0: what the others do is not known.
//
// Where each process holds blocks of its own (Processes::ownBlocks), all are given the same batches. Their
// states go from rank to rank, and what flows back into them the other way; each process has the sums of all
// blocks.
void sweepGradients(const Model& model, const Weights& weights,
                    const std::vector<std::shared_ptr<const Batch>>& batches,
                    const std::function<bool(const Block&)>& wanted, const JobControl& control,
                    const BlockDifferentiated& onBlock, const GradientMade& onGradient = {},
                    int64_t batchesOfAll = 0);

}  // namespace espalier
