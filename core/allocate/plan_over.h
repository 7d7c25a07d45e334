#pragma once

#include <vector>

#include "core/allocate/plan.h"
#include "core/allocate/scores.h"

namespace espalier {

// What a plan of any granularity gives each of the groups: the mean of what it gives their matrices, weighted
// by their numbers of weights, which `matrices` knows. Matrices that the plan does not name don't count; 0
// for a group of such only.
std::vector<double> sparsitiesOver(const std::vector<PlanGroup>& groups, const Plan& plan,
                                   const std::vector<MatrixScore>& matrices);

}  // namespace espalier
