#include "core/allocate/plan_over.h"

namespace espalier {

std::vector<double> sparsitiesOver(const std::vector<PlanGroup>& groups, const Plan& plan,
                                   const std::vector<MatrixScore>& matrices) {
  const auto given = plan.sparsities();
  std::unordered_map<std::string, double> weights;
  for (const auto& m : matrices) weights[m.matrix] = double(m.parameters);
  std::vector<double> out;
  out.reserve(groups.size());
  for (const auto& group : groups) {
    double zeros = 0, all = 0;
    for (const auto& m : group.matrices) {
      const auto sparsity = given.find(m);
      const auto size = weights.find(m);
      if (sparsity == given.end() || size == weights.end()) continue;
      zeros += sparsity->second * size->second;
      all += size->second;
    }
    out.push_back(all > 0 ? zeros / all : 0);
  }
  return out;
}

}  // namespace espalier
