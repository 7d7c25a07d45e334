#pragma once

#include <vector>

#include "core/allocate/plan.h"
#include "core/allocate/scores.h"

namespace espalier {

// Gathers the matrices into groups, in the order in which each group first appears; sparsity 0, not pinned.
// `aggregate` is of the score; statistics are put together as the allocators that share by them want it. A
// group has those that all of its matrices have. Errors (InvalidInput): no matrices; two blocks of one name
// in different components.
std::vector<PlanGroup> groupsOf(const std::vector<MatrixScore>& matrices, Granularity granularity,
                                Aggregate aggregate);

}  // namespace espalier
