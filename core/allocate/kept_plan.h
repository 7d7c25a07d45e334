#pragma once

#include <memory>
#include <vector>

#include "core/allocate/plan.h"

namespace espalier {

// Whether two plans are over the same groups and differ in their sparsities and pins at most.
bool sameGroups(const std::vector<PlanGroup>& a, const std::vector<PlanGroup>& b);

// A plan as a history keeps it. Plans over the same groups share them, so that each further one takes a
// number and a bit for each group. Never changed once made.
class KeptPlan {
 public:
  KeptPlan() = default;
  // like: the plan whose groups it shares where they are the same; null: none.
  explicit KeptPlan(Plan plan, const KeptPlan* like = nullptr);

  Plan plan() const;  // as it was given, to the last bit
  bool sharesGroupsWith(const KeptPlan& other) const { return m_groups == other.m_groups; }

 private:
  Plan m_head;  // without its groups
  std::shared_ptr<const std::vector<PlanGroup>> m_groups;
  std::vector<double> m_sparsities;  // of each group
  std::vector<bool> m_pins;
};

}  // namespace espalier
