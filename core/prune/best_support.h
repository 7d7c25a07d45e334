#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <optional>

#include "core/prune/input_statistics.h"

namespace espalier {

// The best that can be had of a matrix whose every row keeps `kept` weights, found by trying all supports:
// the output's errors (least_squares.h) summed over the rows.
struct BestSupports {
  double keptValues = 0;  // where what stays keeps its values
  double fitted = 0;      // where it takes those of least squares, without a ridge
};

// Nothing where a row has more than mostSupports.
std::optional<BestSupports> bestSupports(const at::Tensor& weight, const InputStatistics& inputs,
                                         int64_t kept, int64_t mostSupports = 5000);

}  // namespace espalier
