#pragma once

#include <QString>
#include <optional>

#include "core/document/project.h"

namespace espalier {

// One side of a comparison: a plan, what it is called, and what it was measured at where it was.
struct PlanSide {
  QString key;   // "now", "kept:NAME", "file:PATH"; stays the same while names and results come and go
  QString name;  // for people
  Plan plan;
  std::optional<MeasuredPlan> measured;
};

}  // namespace espalier
