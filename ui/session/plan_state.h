#pragma once

#include <memory>

#include "core/allocate/kept_plan.h"
#include "core/allocate/plan.h"
#include "core/allocate/scores.h"
#include "core/data/dataset.h"
#include "core/document/choices.h"
#include "core/document/recovery_record.h"
#include "core/inputs/prompt_form.h"

namespace espalier {

// A plan's model with accuracy got back. Never changed once made.
struct RecoveredModel {
  RecoveryRecord record;
  ModelPtr model;  // null: it was in a project, which has no weights
};
using RecoveredPtr = std::shared_ptr<const RecoveredModel>;

// All that undo brings back. Never changed once made.
struct PlanState {
  std::shared_ptr<const Scores> scores;  // what the plan is made from; all 0 before the model has been scored
  bool scored = false;
  bool capFollowsTarget = true;  // the cap is target + 10 %, as in the paper, until a person sets it
  Plan plan;
  Choices choices;
  // What it is calibrated and tested with; null where the document is of no session.
  std::shared_ptr<const Dataset> calibration, pairs;
  PromptForm prompt = PromptForm::Auto;  // how the model is asked
  RecoveredPtr recovered = {};           // the plan's model, where it is more than pruned; null: it is not
};
using PlanStatePtr = std::shared_ptr<const PlanState>;

// A state as the history keeps it: the groups of its plan are shared with the states before it that have the
// same.
class KeptState {
 public:
  // like: the state whose groups it may share; null: none.
  explicit KeptState(PlanState state, const KeptState* like = nullptr);

  PlanStatePtr state() const;  // as it was given, made anew
  Plan plan() const { return m_plan.plan(); }
  // All but the plan, which is empty here.
  const PlanState& rest() const { return m_rest; }

 private:
  PlanState m_rest;
  KeptPlan m_plan;
};
using KeptStatePtr = std::shared_ptr<const KeptState>;

// Whether both are calibrated and tested with the same data, asked in the same form.
bool sameData(const PlanState& a, const PlanState& b);

// Whether pruning to both gives the same model, so that what one of them was recovered to is the other's too.
bool samePruned(const PlanState& a, const PlanState& b);

// The state's plan made anew from its scores, at the granularity: by its target, cap, allocator and
// aggregate. A group whose matrices were all pinned to one sparsity stays pinned to it. What stands in the
// target's way gives way: first the pins, then a cap below the target.
Plan regrouped(const PlanState& state, Granularity granularity);

// The state after a new scoring: the same wishes, pins included where their groups are still there.
PlanState rescored(const PlanState& state, std::shared_ptr<const Scores> scores);

// The state of a model just opened: no scores yet, every block the same sparsity.
PlanState unscored(std::vector<MatrixScore> matrices, double target, const Choices& choices = {});

}  // namespace espalier
