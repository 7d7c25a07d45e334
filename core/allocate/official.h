#pragma once

#include <cstdint>
#include <vector>

#include "core/allocate/budget.h"

namespace espalier {

// The released code of ECoFLaP (compute_the_sparsity_per_group), number for number, so that published plans
// can be compared. It differs from allocateByScore in four ways:
//  - each round's shares are rounded up, and where that overshoots the total the surplus is meant to be taken
//  from the
//    groups that keep most, but is added to them instead ("+=" for "-="), so that the total is missed;
//  - counts and sums are float32 after the first round, so that sums above 2^24 are rounded;
//  - when all groups with a score are full, the next round divides 0 by 0 and every sparsity is NaN;
//  - a cap equal to the target rounds every group up and stops, slightly below the target.
enum class OfficialVariant {
  Released,     // with the "+="
  Subtracting,  // the same with "-="
};

// How many weights the released code wants to keep: total (1 - target), truncated.
int64_t officialTotalToKeep(int64_t totalParameters, double target);

// One sparsity per group: float32 values 0 ... 1, or NaN for all. Pins are unknown to the released code and
// refused; so is a case on which its loop would not end. Scores are not checked, as there.
std::vector<double> officialSparsities(const std::vector<BudgetGroup>& groups, int64_t totalToKeep,
                                       double cap, OfficialVariant variant = OfficialVariant::Released);

}  // namespace espalier
