#include "core/allocate/kept_plan.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace espalier {

namespace {

// A standard error that is not known is NaN.
bool sameNumber(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace

bool sameGroups(const std::vector<PlanGroup>& a, const std::vector<PlanGroup>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const PlanGroup& x, const PlanGroup& y) {
    return x.name == y.name && x.component == y.component && x.parameters == y.parameters &&
           sameNumber(x.score, y.score) && sameNumber(x.standardError, y.standardError) &&
           x.matrices == y.matrices && x.extra == y.extra && x.statistics == y.statistics;
  });
}

KeptPlan::KeptPlan(Plan plan, const KeptPlan* like) {
  auto groups = std::exchange(plan.groups, {});
  m_head = std::move(plan);
  m_sparsities.reserve(groups.size());
  m_pins.reserve(groups.size());
  for (const auto& group : groups) {
    m_sparsities.push_back(group.sparsity);
    m_pins.push_back(group.pinned);
  }
  if (like && like->m_groups && sameGroups(*like->m_groups, groups))
    m_groups = like->m_groups;
  else
    m_groups = std::make_shared<const std::vector<PlanGroup>>(std::move(groups));
}

Plan KeptPlan::plan() const {
  Plan plan = m_head;
  if (!m_groups) return plan;
  plan.groups = *m_groups;
  for (size_t i = 0; i < plan.groups.size(); ++i) {
    plan.groups[i].sparsity = m_sparsities[i];
    plan.groups[i].pinned = m_pins[i];
  }
  return plan;
}

}  // namespace espalier
