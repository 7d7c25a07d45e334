#pragma once

#include <vector>

#include "core/allocate/allocator.h"

namespace espalier {

// DLP, dynamic layerwise pruning (Chen et al., ICML 2025, arXiv 2505.23807).
//
// The statistic is a block's unimportance u_l: the median of the Wanda metric |W_ij| ||X_j||_2 over its
// weights (a high median: no few weights stand out, so the block bears pruning). Its relative importance and
// sparsity, with the target S:
//     I_l = 1 - u_l / sum_k u_k,
//     keep_l = 1 - S + d_l - mean(d),   d_l = 2 alpha (I_l - min I) / (max I - min I).
// All u equal (or all 0) give S everywhere. Returns one sparsity a block, not bent to any budget.
std::vector<double> dlpSparsities(const std::vector<double>& unimportance, double target, double alpha);

// "dlp": the profile shifted to the budget (fitProfile). Option alpha, 0.15 in the paper. A scorer gives the
// block's median to each of its matrices; the aggregate is "mean".
Allocator dlpAllocator();

}  // namespace espalier
