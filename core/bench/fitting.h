#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/bench/bench.h"

namespace espalier {

// What criteria and refinements take that look at all inputs of a matrix together: of one square matrix with
// random weights and related random inputs, half of it pruned, in one run each.
struct FittingBench {
  int64_t side = 4096;
  double gflops = 0;               // measured, float32 products on all workers
  std::vector<BenchStage> stages;  // SparseGPT first; note: how often SparseGPT's time, and the error left
};
FittingBench runFittingBench(int64_t side, const JobControl& control);

nlohmann::json toJson(const FittingBench& bench);
std::string toMarkdown(const FittingBench& bench);

}  // namespace espalier
