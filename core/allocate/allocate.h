#pragma once

#include <vector>

#include "core/allocate/budget.h"

namespace espalier {

// The allocation of ECoFLaP (Sung, Yoon, Bansal, ICLR 2024, arXiv 2310.02998): a group keeps
// parameters (1 - cap) weights; the rest of what the target lets stay is shared in proportion to the scores;
// groups that fill up leave, and what they could not take is shared again among the others. Solved exactly:
//     kept_g = min(n_g, n_g (1 - cap) + score_g x)   with the x at which the total is met.
// (n_g (1 - cap) in whole weights, see openBudget.)
// Pinned groups keep their sparsity and the rest is shared among the others.
//
// Groups of score 0 stay at the cap until all others are full; what is left then is shared among them per
// parameter, so that scores that are all 0 give the uniform plan. A score per parameter that is the same for
// all groups gives the uniform plan too, and so does a cap equal to the target.
//
// The total is met to within one weight (see openBudget on pins). Errors: those of openBudget, and
// InvalidInput naming the group for a negative score. Pure: the same input gives the same output, bit for
// bit.
Allocation allocateByScore(const std::vector<BudgetGroup>& groups, const Budget& budget);

// Every free group the same sparsity. Scores are not looked at.
Allocation allocateUniformly(const std::vector<BudgetGroup>& groups, const Budget& budget);

// How a wished profile is bent to the budget.
enum class ProfileFit {
  Shift,    // keep ratio_g = clamp(wish_g + x, 1 - cap, 1): the nearest profile by least squares over all
            // weights
  Stretch,  // sparsity_g = min(wish_g x, cap): keeps the proportions of the sparsities
};

// The profile (one sparsity per group; for Stretch any numbers from 0 up) projected onto the budget: total,
// cap and pins as above. What the literature's allocators use, whose own formulas meet a target only for
// blocks of one size and without a cap. Errors: those of openBudget, InvalidInput for a profile of another
// length or with a number that is not finite (or, for Stretch, negative).
Allocation fitProfile(const std::vector<BudgetGroup>& groups, const Budget& budget,
                      const std::vector<double>& profile, ProfileFit fit);

}  // namespace espalier
