// The plan document's edits of groups: set, nudged, pinned, reset, scaled and dragged.
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/allocate/planner.h"
#include "ui/base/format.h"
#include "ui/session/plan_document.h"

namespace espalier {

namespace {

std::vector<EditedGroup> editedGroups(const Plan& plan) {
  std::vector<EditedGroup> groups;
  groups.reserve(plan.groups.size());
  for (const auto& g : plan.groups)
    groups.push_back({g.name, g.parameters, g.sparsity, g.pinned, plan.ownCapOf(g)});
  return groups;
}

PlanGroup* find(Plan& plan, const std::string& name) {
  const auto it =
      std::find_if(plan.groups.begin(), plan.groups.end(), [&](const auto& g) { return g.name == name; });
  return it == plan.groups.end() ? nullptr : &*it;
}

}  // namespace

void PlanDocument::setSparsity(const std::string& group, double sparsity) {
  cancelDrag();
  if (!groupNamed(group)) return;
  PlanState next = *m_state;
  next.plan = withGroupAt(group, sparsity);
  push(tr("Set %1").arg(text(group)), std::move(next));
}

void PlanDocument::nudge(const std::string& group, double by) {
  cancelDrag();
  const PlanGroup* now = groupNamed(group);
  if (!now) return;
  const double before = now->sparsity;
  PlanState next = *m_state;
  // Whole per cents: two steps up and two down arrive where they began.
  next.plan = withGroupAt(group, std::round((before + by) * 1000) / 1000);
  if (now->pinned && find(next.plan, group)->sparsity == before) return;
  push(tr("Nudge %1").arg(text(group)), std::move(next), Nudge, group);
}

void PlanDocument::setPinned(const std::string& group, bool pinned) {
  cancelDrag();
  const PlanGroup* now = groupNamed(group);
  if (!now || now->pinned == pinned) return;
  note(PlanNotice::Place::None);
  PlanState next = *m_state;
  find(next.plan, group)->pinned = pinned;
  // A pin moves nothing. Without it the group is shared out again with the others.
  if (!pinned && !reallocate(next.plan, group)) return;
  push((pinned ? tr("Pin %1") : tr("Unpin %1")).arg(text(group)), std::move(next));
}

void PlanDocument::resetGroup(const std::string& group) {
  cancelDrag();
  if (!groupNamed(group)) return;
  note(PlanNotice::Place::None);
  PlanState next = *m_state;
  find(next.plan, group)->pinned = false;
  if (!reallocate(next.plan, group)) return;
  push(tr("Reset %1").arg(text(group)), std::move(next));
}

void PlanDocument::resetAll() {
  cancelDrag();
  note(PlanNotice::Place::None);
  PlanState next = *m_state;
  for (auto& group : next.plan.groups) group.pinned = false;
  next.plan = regrouped(next, next.plan.granularity);
  push(tr("Reset plan"), std::move(next));
}

void PlanDocument::nudge(const Groups& groups, double by) {
  if (groups.size() == 1) return nudge(groups.front(), by);
  cancelDrag();
  if (groups.empty() || !groupNamed(groups.front())) return;
  PlanState next = *m_state;
  next.plan = withGroupsMoved(groups, by, groups.front());
  push(tr("Nudge %n groups", nullptr, int(groups.size())), std::move(next), Nudge,
       groups.front() + "+" + std::to_string(groups.size()));
}

void PlanDocument::setPinned(const Groups& groups, bool pinned) {
  if (groups.size() == 1) return setPinned(groups.front(), pinned);
  cancelDrag();
  note(PlanNotice::Place::None);
  PlanState next = *m_state;
  int changed = 0;
  for (const auto& name : groups)
    if (PlanGroup* group = find(next.plan, name); group && group->pinned != pinned)
      group->pinned = pinned, ++changed;
  if (changed == 0 || (!pinned && !reallocate(next.plan, groups.front()))) return;
  push(pinned ? tr("Pin %n groups", nullptr, changed) : tr("Unpin %n groups", nullptr, changed),
       std::move(next));
}

void PlanDocument::resetGroups(const Groups& groups) {
  if (groups.size() == 1) return resetGroup(groups.front());
  cancelDrag();
  note(PlanNotice::Place::None);
  if (groups.empty()) return;
  PlanState next = *m_state;
  for (const auto& name : groups)
    if (PlanGroup* group = find(next.plan, name)) group->pinned = false;
  if (!reallocate(next.plan, groups.front())) return;
  push(tr("Reset %n groups", nullptr, int(groups.size())), std::move(next));
}

void PlanDocument::scale(double factor) {
  cancelDrag();
  note(PlanNotice::Place::None);
  PlanState next = *m_state;
  auto groups = editedGroups(next.plan);
  const double target = next.plan.target, cap = std::max(next.plan.cap, target);
  for (auto& group : groups)
    if (!group.held) group.sparsity = std::clamp(target + (group.sparsity - target) * factor, 0.0, cap);
  const auto shared = redistribute(groups, {target, next.plan.cap});
  if (shared.unmetWeights != 0) return;
  for (size_t i = 0; i < groups.size(); ++i) next.plan.groups[i].sparsity = shared.sparsity[i];
  push(factor > 1 ? tr("Sharpen plan") : tr("Flatten plan"), std::move(next));
}

void PlanDocument::beginDrag(const std::string& group, const Groups& with) {
  cancelDrag();
  if (!groupNamed(group)) return;
  m_drag = Drag{group, m_state->plan, {}, false};
  for (const auto& name : with)
    if (name != group && groupNamed(name)) m_drag->with.push_back(name);
}

void PlanDocument::dragTo(double sparsity) {
  if (!m_drag) return;
  if (m_drag->with.empty()) {
    m_drag->plan = withGroupAt(m_drag->group, sparsity);
  } else {
    Groups all = m_drag->with;
    all.push_back(m_drag->group);
    m_drag->plan = withGroupsMoved(all, sparsity - groupNamed(m_drag->group)->sparsity, m_drag->group);
  }
  m_drag->moved = true;
  Q_EMIT planChanged();
  Q_EMIT edited();
}

void PlanDocument::endDrag() {
  if (!m_drag) return;
  const Drag drag = *std::exchange(m_drag, std::nullopt);
  note(PlanNotice::Place::None);
  if (!drag.moved) return;
  PlanState next = *m_state;
  next.plan = drag.plan;
  push(drag.with.empty() ? tr("Drag %1").arg(text(drag.group))
                         : tr("Drag %n groups", nullptr, int(drag.with.size()) + 1),
       std::move(next));
}

void PlanDocument::cancelDrag() {
  if (!m_drag) return;
  m_drag.reset();
  note(PlanNotice::Place::None);
  Q_EMIT planChanged();
  Q_EMIT edited();
}

std::optional<SparsityRange> PlanDocument::rangeOf(const std::string& group) const {
  const auto groups = editedGroups(m_state->plan);
  const auto it = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.name == group; });
  if (it == groups.end()) return std::nullopt;
  return settableRange(groups, {m_state->plan.target, m_state->plan.cap}, size_t(it - groups.begin()));
}

const PlanGroup* PlanDocument::groupNamed(const std::string& name) const {
  return m_state ? find(const_cast<Plan&>(m_state->plan), name) : nullptr;
}

Plan PlanDocument::withGroupAt(const std::string& group, double sparsity) {
  const auto range = rangeOf(group);
  if (!range) {
    note(PlanNotice::Place::Group, tr("The pins leave no room to move"), group);
    return m_state->plan;
  }
  const double possible = std::clamp(sparsity, range->lowest, range->highest);
  constexpr double kTold = 0.002;  // what a mouse cannot help is not worth a remark
  if (sparsity > possible + kTold && possible < 1)
    note(PlanNotice::Place::Group,
         tr("%1 at most: the others keep all they have").arg(percentBelow(possible)), group);
  else if (sparsity < possible - kTold && possible > 0)
    note(PlanNotice::Place::Group, tr("%1 at least: the others are at the cap").arg(percentAbove(possible)),
         group);
  else
    note(PlanNotice::Place::None);
  return espalier::edited(m_state->plan, {{group, possible}}).plan;
}

Plan PlanDocument::withGroupsMoved(const Groups& groups, double by, const std::string& lead) {
  note(PlanNotice::Place::None);
  const auto movedBy = [&](double delta) {
    std::map<std::string, double> set;
    for (const auto& name : groups)
      if (const PlanGroup* group = groupNamed(name))
        set[name] = std::clamp(group->sparsity + delta, 0.0, 1.0);
    return espalier::edited(m_state->plan, set);
  };
  PlanEdit whole = movedBy(by);
  if (whole.unmetWeights == 0) return whole.plan;
  // Halving finds how far the others can give way; the steps are far finer than a pixel.
  PlanEdit best = movedBy(0);
  if (best.unmetWeights != 0) {
    note(PlanNotice::Place::Group, tr("The pins leave no room to move"), lead);
    return m_state->plan;
  }
  double possible = 0, impossible = 1;
  for (int i = 0; i < 12; ++i) {
    const double middle = (possible + impossible) / 2;
    PlanEdit tried = movedBy(by * middle);
    if (tried.unmetWeights == 0)
      possible = middle, best = std::move(tried);
    else
      impossible = middle;
  }
  note(PlanNotice::Place::Group, tr("The other groups can give no more"), lead);
  return best.plan;
}

bool PlanDocument::reallocate(Plan& plan, const std::string& group) {
  try {
    plan = reallocated(plan);
    return true;
  } catch (const BudgetError&) {
    note(PlanNotice::Place::Group, tr("Without this pin the target cannot be met"), group);
    return false;
  }
}

}  // namespace espalier
