#pragma once

#include <vector>

#include "core/allocate/allocator.h"

namespace espalier {

// AlphaPruning (Lu et al., NeurIPS 2024, arXiv 2410.10912): blocks whose weight spectrum has a lighter tail
// are less well trained and bear more pruning.
//
// The statistic is PL_Alpha_Hill: with the eigenvalues l_1 <= ... <= l_n of W^T W and the k largest taken as
// the tail (half of them, or those from the peak of their histogram on),
//     alpha = 1 + k / sum_{i=1..k} ln(l_{n-i+1} / l_{n-k}),
// averaged over a block's matrices (hillExponent, core/prune/local_statistics.h, takes the half). The mapping
// of the blocks' alphas q to sparsities is linear,
//     s_l = eta ((q_l - min q) / (max q - min q) (s2 - s1) + s1),   s1 = 1 - epsilon, s2 = 1 + epsilon,
// with the eta at which sum_l n_l s_l = S sum_l n_l. Equal alphas give S everywhere. Returns the bracket, one
// number a block around 1, before eta.
std::vector<double> alphaPruningProfile(const std::vector<double>& alphas, double epsilon);

// "alpha-pruning": the profile stretched to the budget (fitProfile), which finds eta with cap and pins in
// place. Option epsilon (tau in the paper), 0.3 or 0.2 for LLaMA-7B. The aggregate is "mean", as in the
// paper. Its sparsities reach (1 + epsilon) S and more, beyond the default cap: give a cap of 1 for the
// paper's plan.
Allocator alphaPruningAllocator();

}  // namespace espalier
