#pragma once

#include <string>

#include "core/engine/open_model.h"
#include "core/evaluate/evaluation_task.h"

namespace espalier {

// What is measured of a model with some data. asked: a name, or "auto" for what suits both. Throws Error
// where the model or the data are not made for it.
const EvaluationTask& evaluationTask(const OpenModel& model, const Dataset& dataset,
                                     const std::string& asked);

}  // namespace espalier
