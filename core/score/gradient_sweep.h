#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/model/weights.h"
#include "core/score/gradient_sums.h"

namespace espalier {

// Gradients of the loss by every wanted matrix, in the memory of one block: a forward sweep keeps only the
// states between blocks; a reverse sweep runs each block once more with gradients recorded, hands out those
// of its matrices, and drops them. About four forward passes in all, however many matrices there are.
//
// E|g| of a zeroth-order estimate is sqrt(2 / pi) ||dL/dW||_F: the norm of these gradients is what it
// estimates.

struct MatrixGradients {
  const PrunableMatrix* matrix = nullptr;
  std::vector<GradientSums> batches;
};

// In reverse model order, from the calling thread; each block when all batches have passed it.
using BlockDifferentiated = std::function<void(const Block&, const std::vector<MatrixGradients>&)>;

// Batches run in parallel, from block to block together; each holds its states between all blocks
// (StateStore). Of a
// block's gradients by weights one is in memory at a time for each worker. The weights are not changed.
void sweepGradients(const Model& model, const Weights& weights,
                    const std::vector<std::shared_ptr<const Batch>>& batches,
                    const std::function<bool(const Block&)>& wanted, const JobControl& control,
                    const BlockDifferentiated& onBlock);

}  // namespace espalier
