#pragma once

#include "core/prune/criterion.h"

namespace espalier {

// Each in the file of its name.
const Criterion& admmCriterion();
const Criterion& alpsCriterion();
const Criterion& magnitudeCriterion();
const Criterion& wandaCriterion();
const Criterion& riaCriterion();
const Criterion& sparseGptCriterion();

}  // namespace espalier
