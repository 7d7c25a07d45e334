#pragma once

#include "core/base/progress.h"
#include "ui/session/plan_state.h"

namespace espalier {

class Session;

// What it takes to have the model of the settled plan, for a job to make it where it is not there yet.
struct PlanWork {
  ModelPtr ready;  // that model; null: it is to be made
  ModelPtr dense;
  Plan plan;
  Dataset calibration;
  PruneOptions prune;
  RecoveredPtr recovered;  // null: pruned alone
};
PlanWork planWorkOf(const Session& session);

// Prunes, and recovers where the plan was. Throws Error (InvalidInput) where it was recovered by a run that
// was stopped on the way, whose weights are not there any more.
ModelPtr modelOf(const PlanWork& work, const JobControl& control);

}  // namespace espalier
