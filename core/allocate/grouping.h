#pragma once

#include <vector>

#include "core/allocate/plan.h"
#include "core/allocate/scores.h"

namespace espalier {

// Gathers the matrices into groups, in the order in which each group first appears; sparsity 0, not pinned.
// Errors (InvalidInput): no matrices; two blocks of one name in different components.
std::vector<PlanGroup> groupsOf(const std::vector<MatrixScore>& matrices, Granularity granularity,
                                Aggregate aggregate);

}  // namespace espalier
