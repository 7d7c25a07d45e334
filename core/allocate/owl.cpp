#include "core/allocate/owl.h"

#include <algorithm>

#include "core/allocate/allocate.h"

namespace espalier {

std::vector<double> centredSparsities(const std::vector<double>& importance, double target, double halfSpan) {
  if (importance.empty()) return {};
  const auto [low, high] = std::minmax_element(importance.begin(), importance.end());
  const double least = *low, span = *high - *low;
  std::vector<double> out;
  double mean = 0;
  for (double d : importance) {
    out.push_back(span > 0 ? 2 * halfSpan * ((d - least) / span) : 0);
    mean += out.back() / double(importance.size());
  }
  for (double& d : out) d = target - (d - mean);
  return out;
}

std::vector<double> owlSparsities(const std::vector<double>& outlierRatios, double target, double lambda) {
  return centredSparsities(outlierRatios, target, lambda);
}

Allocator owlAllocator() {
  Allocator a;
  a.name = "owl";
  a.title = "OWL";
  a.summary = ENGINE_TEXT("Engine", "blocks with more outlying weights keep more");
  a.formulas = {
      {"D<sub>g</sub> = share of A<sub>ij</sub> &gt; 5 · mean A, &nbsp; A<sub>ij</sub> = |W<sub>ij</sub>| · "
       "‖X<sub>j</sub>‖<sub>2</sub>",
       ENGINE_TEXT("Engine", "is the outlier ratio of block g.")},
      {"d<sub>g</sub> = 2λ (D<sub>g</sub> − min D) / (max D − min D), &nbsp; sparsity<sub>g</sub> = t − "
       "(d<sub>g</sub> − mean d)",
       ENGINE_TEXT("Engine", "λ is {lambda}: half the range of sparsities around the target.")},
      {"Σ (1 − sparsity<sub>g</sub>) n<sub>g</sub> = (1 − t) N",
       ENGINE_TEXT("Engine",
                   "The sparsities are shifted until the target t, {target}, is met for all N = {parameters} "
                   "weights. None passes the cap, {cap}.")}};
  a.reference = "Yin et al., ICML 2024, arXiv 2310.05175";
  a.statistic = "outlier ratio of the group, 0 to 1";
  a.key = "outliers";
  a.aggregate = Aggregate::Average;
  a.options = {{"lambda", "half the range of sparsities around the target; 0.08 in the paper", 0.08, 0, 1}};
  a.run = [](const auto& groups, const Budget& budget, const AllocatorOptions& options) {
    std::vector<double> ratios;
    for (const auto& g : groups) {
      if (!(g.score >= 0 && g.score <= 1))
        throw Error(ErrorKind::InvalidInput,
                    "The outlier ratio of group " + g.name + " is not a number from 0 to 1.");
      ratios.push_back(g.score);
    }
    return fitProfile(groups, budget, owlSparsities(ratios, budget.target, options.at("lambda")),
                      ProfileFit::Shift);
  };
  return a;
}

}  // namespace espalier
