#pragma once

#include "core/allocate/planner.h"
#include "core/engine/engine.h"
#include "core/recover/options.h"

namespace espalier {

// For jobs of several steps: what a later step would refuse, behind minutes of work, is refused before the
// first. Each throws Error (InvalidInput) with the sentence of the step itself.

// A plan of the request from scores by these options: groups to pin, components to cap, options and
// statistics of the allocator, a target that the caps allow. Returns the plan of equal scores.
Plan checkPlanRequest(const OpenModel& model, const ScoreOptions& scoring, const PlanRequest& request);
// Pruning to a plan: matrices that are not there, patterns that do not suit a shape, choices that exclude
// another.
void checkPruning(const OpenModel& model, const Plan& plan, const PruneOptions& options);
// Recovery of what becomes of the model with the data. dense: whether the dense model is at hand.
void checkRecovery(const OpenModel& model, bool dense, const Dataset& data, const RecoverOptions& options);
// An evaluation of the model with the data: what is asked for has to suit both. Returns the name of the task.
std::string checkEvaluation(const OpenModel& model, const Dataset& data, const AnswerOptions& options);

}  // namespace espalier
