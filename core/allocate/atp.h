#pragma once

#include <cstddef>
#include <vector>

#include "core/allocate/allocator.h"

namespace espalier {

// ATP (Huang et al., ICML 2025, arXiv 2502.14770): errors of early blocks grow on their way through the later
// ones, so sparsity rises from block to block by a common difference beta. With L blocks and the target S,
//     s_i = S - beta (L - 1) / 2 + beta (i - 1),   i = 1 ... L,
//     0 < beta <= min(2 S / (L - 1), 2 (1 - S) / (L - 1)).
// No scores are needed. The paper finds beta by a search over a few values, each evaluated on the pruned
// model. Returns one sparsity a block, not bent to any budget.
std::vector<double> atpSparsities(size_t blocks, double target, double beta);

// The upper bound above, for a ceiling below 1: min(2 S, 2 (ceiling - S)) / (L - 1); 0 for a single block.
double largestAtpBeta(size_t blocks, double target, double ceiling = 1);

// "atp": the progression over the groups in their order, shifted to the budget (fitProfile). Option beta; 0
// stands for the largest that the cap does not cut. Error (InvalidInput) with the largest one possible for a
// beta beyond the paper's bound.
Allocator atpAllocator();

}  // namespace espalier
