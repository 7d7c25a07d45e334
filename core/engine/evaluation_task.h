#pragma once

#include <string>

#include "core/engine/open_model.h"

namespace espalier {

enum class EvaluationTask { Vqa, Caption, Retrieval, Classification, Perplexity };
std::string nameOf(EvaluationTask task);

// What is measured of a model with some data. asked: a name, or "auto" for what suits both. Throws Error
// where the model or the data are not made for it.
EvaluationTask evaluationTask(const OpenModel& model, const Dataset& dataset, const std::string& asked);

}  // namespace espalier
