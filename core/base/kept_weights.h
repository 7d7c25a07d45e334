#pragma once

#include <cmath>
#include <cstdint>

namespace espalier {

// How many of a group's weights stay at a sparsity: parameters (1 - sparsity), rounded to the nearest whole
// weight. The one place where this rounding is defined: a plan counts by it, and pruning removes by it.
inline int64_t keptWeights(int64_t parameters, double sparsity) {
  return std::llround(double(parameters) * (1 - sparsity));
}

}  // namespace espalier
