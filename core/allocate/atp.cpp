#include "core/allocate/atp.h"

#include <algorithm>

#include "core/allocate/allocate.h"

namespace espalier {

std::vector<double> atpSparsities(size_t blocks, double target, double beta) {
  std::vector<double> out;
  for (size_t i = 0; i < blocks; ++i) out.push_back(target + beta * (double(i) - double(blocks - 1) / 2));
  return out;
}

double largestAtpBeta(size_t blocks, double target, double ceiling) {
  return blocks < 2 ? 0 : std::max(0.0, std::min(2 * target, 2 * (ceiling - target)) / double(blocks - 1));
}

Allocator atpAllocator() {
  Allocator a;
  a.name = "atp";
  a.title = "ATP";
  a.summary = ENGINE_TEXT("Engine", "later blocks keep less, in equal steps");
  a.formulas = {
      {"sparsity<sub>i</sub> = t + β (i − (L − 1) / 2)",
       ENGINE_TEXT("Engine",
                   "i counts the L blocks from 0; β is {beta}, where 0 stands for the largest that the cap "
                   "allows.")},
      {"Σ (1 − sparsity<sub>g</sub>) n<sub>g</sub> = (1 − t) N",
       ENGINE_TEXT("Engine",
                   "The sparsities are shifted until the target t, {target}, is met for all N = {parameters} "
                   "weights. None passes the cap, {cap}.")}};
  a.reference = "Huang et al., ICML 2025, arXiv 2502.14770";
  a.options = {
      {"beta", "rise of the sparsity from block to block; 0 for the largest that the cap allows", 0, 0, 1}};
  a.run = [](const auto& groups, const Budget& budget, const AllocatorOptions& options) {
    const size_t blocks = groups.size();
    double beta = options.at("beta");
    if (beta == 0) beta = largestAtpBeta(blocks, budget.target, budget.capOrDefault());
    const double largest = largestAtpBeta(blocks, budget.target);
    if (beta > largest * (1 + 1e-12))
      throw Error(ErrorKind::InvalidInput, "Option beta of the allocator atp is " + std::to_string(beta) +
                                               "; at most " + std::to_string(largest) + " is possible for " +
                                               std::to_string(blocks) + " groups at this target.");
    return fitProfile(groups, budget, atpSparsities(blocks, budget.target, beta), ProfileFit::Shift);
  };
  return a;
}

}  // namespace espalier
