#pragma once

#include <vector>

#include "core/allocate/allocator.h"

namespace espalier {

// OWL (Yin et al., ICML 2024, arXiv 2310.05175): blocks with more outliers keep more.
//
// The statistic is a block's outlier ratio D_l: the share of its weights whose Wanda metric |W_ij| ||X_j||_2
// is more than M times the metric's mean over the block (M = 5 for LLaMA). With the target S,
//     keep_l = 1 - S + d_l - mean(d),   d_l = 2 lambda (D_l - min D) / (max D - min D),
// so that sparsities span 2 lambda around S (the paper's [S - lambda, S + lambda], centred on the mean as the
// released code does it). Equal ratios give S everywhere. Returns one sparsity a block, not bent to any
// budget: the mean is that of the blocks, not of the weights, and numbers may leave 0 ... 1.
std::vector<double> owlSparsities(const std::vector<double>& outlierRatios, double target, double lambda);

// "owl": the profile shifted to the budget (fitProfile). Option lambda, 0.08 in the paper. A block's ratio is
// the average over its weights: scores that count outliers, aggregated as "avg".
Allocator owlAllocator();

// keep_l = 1 - target + d_l - mean(d) for any importance, d_l as above with the given half span: the mapping
// that OWL and DLP have in common. Returns sparsities.
std::vector<double> centredSparsities(const std::vector<double>& importance, double target, double halfSpan);

}  // namespace espalier
