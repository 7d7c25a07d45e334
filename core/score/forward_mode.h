#pragma once

#include "core/score/zeroth_order.h"

namespace espalier {

// Global scores by forward-mode differentiation: what the zeroth-order estimate approaches as its step goes
// to 0, without a step and without the difference of two nearly equal losses.
//
// For matrix W_i, batch b and noise draw d, with z ~ N(0, I) of W_i's shape, the same numbers as there:
//   g = |dL_b(W_i)[z]|, the derivative of the loss along z.
// At the matrix, with input x, the tangent begins as z x. It runs on through the later blocks beside the
// clean state of the batch, each operation by its derivative at the clean values (core/tangent/tangents.h),
// where the plain difference needs two forks. One clean pass serves all tangents of a window of blocks: each
// later block's products are made once for it.
//
// Scores the matrices of the blocks `wanted` says; batches need labels. Neither workers nor what there was
// room for change a bit of what comes out: which tangents run through a product together depends on the batch
// alone. The processes of the control share the work: matrices of a block, for one batch and draw, go to one
// of them.
void sweepForwardMode(const Model& model, const Weights& weights,
                      const std::vector<std::shared_ptr<const Batch>>& batches,
                      const std::function<bool(const Block&)>& wanted, int64_t draws, const Noise& noise,
                      const JobControl& control, const BlockEstimated& onBlock);

}  // namespace espalier
