#pragma once

#include <string>

#include "core/recover/recovery.h"

namespace espalier {

// Block by block in model order, trains what of a pruned block is trained until it gives, on what the
// recovered blocks before give, what the dense block gave on what the dense ones gave: the mean squared
// difference over real tokens, as a part of the variance of what the dense block gives. Large blocks are
// taken part by part (attention, MLP). vectorsOnly: only biases and the weights of norms are trained.
// Both states of all batches are in memory; weights are read block by block.
void rebuildBlocks(Recovery& recovery, const std::string& method, bool vectorsOnly);

}  // namespace espalier
