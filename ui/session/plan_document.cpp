#include "ui/session/plan_document.h"

#include <QSignalBlocker>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/allocate/allocator.h"
#include "core/allocate/planner.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/session/choice_step.h"
#include "ui/session/plan_command.h"

namespace espalier {

namespace {

constexpr int kUndoLimit = 1000;

}  // namespace

PlanDocument::PlanDocument(QObject* parent) : QObject(parent), m_history(this) {
  m_history.setUndoLimit(kUndoLimit);
  // The stack tells of its place when a step is on it, merged or taken back, and once for several steps.
  connect(&m_history, &QUndoStack::indexChanged, this, [this] {
    if (std::exchange(m_installed, false)) Q_EMIT edited();
  });
}

const Plan& PlanDocument::plan() const {
  return m_drag ? m_drag->plan : m_state->plan;
}

void PlanDocument::begin(PlanState state) {
  m_drag.reset();
  m_history.clear();
  note(PlanNotice::Place::None);
  adopt(std::make_shared<KeptState>(std::move(state)));
  Q_EMIT choicesChanged();
  Q_EMIT scoresChanged();
  Q_EMIT planChanged();
  Q_EMIT planSettled();
  Q_EMIT edited();
}

std::vector<PlanDocument::Step> PlanDocument::steps() const {
  std::vector<Step> out;
  if (!m_state) return out;
  if (m_history.count() == 0) return {{{}, m_kept}};
  const auto command = [this](int i) { return static_cast<const PlanCommand*>(m_history.command(i)); };
  out.push_back({{}, command(0)->before()});
  for (int i = 0; i < m_history.count(); ++i) out.push_back({command(i)->text(), command(i)->after()});
  return out;
}

void PlanDocument::restore(const std::vector<Step>& steps, int current) {
  {
    const QSignalBlocker quiet(this);
    begin(*steps.front().state->state());
    m_kept = steps.front().state;
    m_restoring = true;
    for (size_t i = 1; i < steps.size(); ++i)
      m_history.push(new PlanCommand(*this, steps[i].text, m_kept, steps[i].state, {}));
    m_history.setIndex(current);
    m_restoring = false;
    adopt(m_kept);
  }
  Q_EMIT choicesChanged();
  Q_EMIT scoresChanged();
  Q_EMIT planChanged();
  Q_EMIT planSettled();
  Q_EMIT edited();
}

void PlanDocument::setData(const QString& stepName, std::shared_ptr<const Dataset> calibration,
                           std::shared_ptr<const Dataset> pairs) {
  cancelDrag();
  PlanState next = *m_state;
  next.calibration = std::move(calibration);
  next.pairs = std::move(pairs);
  push(stepName, std::move(next));
}

void PlanDocument::setPrompt(const QString& stepName, PromptForm prompt) {
  cancelDrag();
  PlanState next = *m_state;
  next.prompt = prompt;
  push(stepName, std::move(next));
}

bool PlanDocument::isTouched() const {
  for (int i = 0; i < m_history.index(); ++i)
    if (const auto* command = static_cast<const PlanCommand*>(m_history.command(i));
        sameData(command->before()->rest(), command->after()->rest()))
      return true;
  return false;
}

void PlanDocument::clear() {
  m_drag.reset();
  m_history.clear();
  note(PlanNotice::Place::None);
  m_choices = choices();
  m_state.reset();
  m_kept.reset();
  Q_EMIT scoresChanged();
  Q_EMIT planChanged();
  Q_EMIT edited();
}

void PlanDocument::setScores(Scores scores) {
  cancelDrag();
  const QString method = methodTitle(scores.method);
  push(tr("Score (%1)").arg(method), rescored(*m_state, std::make_shared<Scores>(std::move(scores))));
}

void PlanDocument::setPlan(const QString& stepName, Plan plan, const std::optional<PruneOptions>& prune) {
  cancelDrag();
  PlanState next = *m_state;
  next.plan = std::move(plan);
  next.capFollowsTarget = next.plan.cap == defaultCap(next.plan.target);
  if (prune) next.choices.prune = *prune;
  push(stepName, std::move(next));
}

void PlanDocument::setRecovered(const QString& stepName, RecoveredPtr recovered) {
  setRecovered(stepName, m_state->plan, m_state->choices.prune, std::move(recovered));
}

void PlanDocument::setRecovered(const QString& stepName, Plan plan, const PruneOptions& prune,
                                RecoveredPtr recovered) {
  cancelDrag();
  PlanState next = *m_state;
  next.plan = std::move(plan);
  next.choices.prune = prune;
  next.recovered = std::move(recovered);
  push(stepName, std::move(next));
}

void PlanDocument::setPlanStepwise(const QString& stepName, Plan plan) {
  cancelDrag();
  PlanState next = *m_state;
  next.plan = std::move(plan);
  push(stepName, std::move(next), Stepwise);
}

void PlanDocument::setTarget(double target) {
  cancelDrag();
  note(PlanNotice::Place::None);
  PlanState next = *m_state;
  next.plan.target = std::clamp(target, 0.0, 1.0);
  if (next.capFollowsTarget) next.plan.cap = defaultCap(next.plan.target);
  next = reallocatedNear(std::move(next), PlanNotice::Place::Target);
  if (next.plan.target == m_state->plan.target) return;
  const QString name = tr("Target %1").arg(percent(next.plan.target));
  push(name, std::move(next), Target);
}

void PlanDocument::setCap(double cap) {
  cancelDrag();
  note(PlanNotice::Place::None);
  PlanState next = *m_state;
  next.capFollowsTarget = false;
  next.plan.cap = std::clamp(cap, 0.0, 1.0);
  try {
    next.plan = reallocated(next.plan);
  } catch (const BudgetError&) {
    // The cap gives way to the target, never the other way round.
    note(PlanNotice::Place::Cap, tr("The target of %1 needs a higher cap.").arg(percent(next.plan.target)));
    return;
  }
  if (next.plan.cap == m_state->plan.cap && !m_state->capFollowsTarget) return;
  const QString name = tr("Cap %1").arg(percent(next.plan.cap));
  push(name, std::move(next), Cap);
}

void PlanDocument::setChoices(const Choices& chosen) {
  cancelDrag();
  const ChoiceStep step = choiceStep(choices(), chosen);
  if (step.text.isEmpty()) return;
  if (!m_state) {
    m_choices = chosen;
    Q_EMIT choicesChanged();
    Q_EMIT edited();
    return;
  }
  PlanState next = *m_state;
  next.choices = chosen;
  push(step.text, std::move(next), step.subject.empty() ? Single : Choice, step.subject);
}

void PlanDocument::setComponentCap(const std::string& component, std::optional<double> cap) {
  cancelDrag();
  note(PlanNotice::Place::None);
  PlanState next = *m_state;
  if (cap)
    next.plan.componentCaps[component] = std::clamp(*cap, 0.0, 1.0);
  else
    next.plan.componentCaps.erase(component);
  if (next.plan.componentCaps == m_state->plan.componentCaps) return;
  try {
    next.plan = reallocated(next.plan, next.capFollowsTarget);
  } catch (const BudgetError&) {
    note(PlanNotice::Place::Cap, tr("The target of %1 needs a higher cap of %2.")
                                     .arg(percent(next.plan.target), componentTitle(component)));
    return;
  }
  push(cap ? tr("Cap of %1 %2").arg(componentTitle(component), percent(*cap))
           : tr("Cap of %1 as the others").arg(componentTitle(component)),
       std::move(next), ComponentCap, component);
}

void PlanDocument::letCapFollowTarget() {
  cancelDrag();
  note(PlanNotice::Place::None);
  if (m_state->capFollowsTarget) return;
  PlanState next = *m_state;
  next.capFollowsTarget = true;
  next.plan.cap = defaultCap(next.plan.target);
  push(tr("Cap follows target"), reallocatedNear(std::move(next), PlanNotice::Place::Cap));
}

void PlanDocument::setGranularity(Granularity granularity) {
  cancelDrag();
  note(PlanNotice::Place::None);
  if (granularity == m_state->plan.granularity) return;
  PlanState next = *m_state;
  next.plan = regrouped(*m_state, granularity);
  push(tr("Granularity"), std::move(next));
}

void PlanDocument::setAggregate(Aggregate aggregate) {
  cancelDrag();
  note(PlanNotice::Place::None);
  if (aggregate == m_state->plan.aggregate) return;
  PlanState next = *m_state;
  next.plan.aggregate = aggregate;
  next.plan = regrouped(next, next.plan.granularity);
  push(tr("Aggregate"), std::move(next));
}

void PlanDocument::setAllocator(const std::string& allocator) {
  cancelDrag();
  note(PlanNotice::Place::None);
  if (allocator == m_state->plan.allocator) return;
  PlanState next = *m_state;
  next.plan.allocator = allocator;
  next.plan.options.clear();
  next.plan = regrouped(next, next.plan.granularity);
  push(tr("Allocation %1").arg(engineText(allocatorNamed(allocator).title)), std::move(next));
}

PlanState PlanDocument::reallocatedNear(PlanState state, PlanNotice::Place place) {
  try {
    state.plan = reallocated(state.plan, state.capFollowsTarget);
  } catch (const BudgetError& e) {
    const bool tooHigh = e.nearestTarget() < state.plan.target;
    // Rounded so that what is said is possible when it is typed in.
    note(place, !tooHigh ? tr("The pins allow no less than %1.").arg(percentAbove(e.nearestTarget()))
                : state.capFollowsTarget
                    ? tr("With the cap 10 points above it, the pins allow %1 at most.")
                          .arg(percentBelow(e.nearestTarget()))
                    : tr("Cap and pins allow %1 at most.").arg(percentBelow(e.nearestTarget())));
    state.plan.target = e.nearestTarget();
    try {
      state.plan = reallocated(state.plan, state.capFollowsTarget);
    } catch (const BudgetError&) {
      return *m_state;  // there is no way at all: nothing changes
    }
  }
  return state;
}

void PlanDocument::push(const QString& text, PlanState next, StepKind kind, const std::string& subject) {
  if (next.recovered && next.recovered == m_state->recovered && !samePruned(next, *m_state))
    next.recovered.reset();
  auto after = std::make_shared<const KeptState>(std::move(next), m_kept.get());
  m_history.push(new PlanCommand(*this, text, m_kept, std::move(after), {kind, m_gesture, subject}));
}

void PlanDocument::adopt(const KeptStatePtr& kept) {
  m_kept = kept;
  m_state = kept->state();
}

void PlanDocument::install(const KeptStatePtr& kept) {
  if (m_restoring) {
    m_kept = kept;
    return;
  }
  const PlanState& next = kept->rest();
  const bool otherScores = !m_state || next.scores != m_state->scores;
  const bool otherChoices = !m_state || !sameChoices(next.choices, m_state->choices);
  const bool otherData = !m_state || !sameData(next, *m_state);
  m_drag.reset();
  adopt(kept);
  m_installed = true;
  if (otherData) Q_EMIT dataChanged();
  if (otherChoices) Q_EMIT choicesChanged();
  if (otherScores) Q_EMIT scoresChanged();
  Q_EMIT planChanged();
  Q_EMIT planSettled();
}

void PlanDocument::note(PlanNotice::Place place, const QString& text, const std::string& group) {
  if (place == m_notice.place && text == m_notice.text && group == m_notice.group) return;
  m_notice = {place, group, text};
  Q_EMIT noticeChanged();
}

}  // namespace espalier
