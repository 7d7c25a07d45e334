#include "core/allocate/grouping.h"

#include <cmath>
#include <unordered_map>

#include "core/allocate/allocator.h"
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
    if (isNew)
      g.statistics = m.statistics;
    else
      for (auto it = g.statistics.begin(); it != g.statistics.end();) {
        const auto more = m.statistics.find(it->first);
        if (more == m.statistics.end()) {
          it = g.statistics.erase(it);
          continue;
        }
        it++->second += more->second;
      }
  }
  for (auto& g : groups) {
    const auto divisor = [&](Aggregate by) {
      return by == Aggregate::Average ? double(g.parameters)
             : by == Aggregate::Mean  ? double(g.matrices.size())
                                      : 1.0;
    };
    g.score /= divisor(aggregate);
    g.standardError = std::sqrt(g.standardError) / divisor(aggregate);
    for (const auto& a : allocators())
      if (const auto it = g.statistics.find(a.key); it != g.statistics.end())
        it->second /= divisor(a.aggregate);
  }
  return groups;
}

}  // namespace espalier
