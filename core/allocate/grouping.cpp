#include "core/allocate/grouping.h"

#include <cmath>
#include <unordered_map>

#include "core/base/error.h"

namespace espalier {

std::vector<PlanGroup> groupsOf(const std::vector<MatrixScore>& matrices, Granularity granularity,
                                Aggregate aggregate) {
  if (matrices.empty())
    throw Error(ErrorKind::InvalidInput,
                "There are no matrices to make a plan for; at least one was expected.");
  std::vector<PlanGroup> groups;
  std::unordered_map<std::string, size_t> indexOf;
  for (const auto& m : matrices) {
    const std::string& name = granularity == Granularity::Layer   ? m.matrix
                              : granularity == Granularity::Block ? m.block
                                                                  : m.component;
    const auto [at, isNew] = indexOf.emplace(name, groups.size());
    if (isNew) {
      groups.emplace_back();
      groups.back().name = name;
      groups.back().component = m.component;
    }
    PlanGroup& g = groups[at->second];
    if (g.component != m.component)
      throw Error(ErrorKind::InvalidInput, "Group " + name + " lies in two components, " + g.component +
                                               " and " + m.component +
                                               "; names of groups must differ between components.");
    g.parameters += m.parameters;
    g.score += m.score;
    g.standardError += m.standardError * m.standardError;  // the square of it until all are in
    g.matrices.push_back(m.matrix);
  }
  for (auto& g : groups) {
    const double divisor = aggregate == Aggregate::Average ? double(g.parameters)
                           : aggregate == Aggregate::Mean  ? double(g.matrices.size())
                                                           : 1;
    g.score /= divisor;
    g.standardError = std::sqrt(g.standardError) / divisor;
  }
  return groups;
}

}  // namespace espalier
