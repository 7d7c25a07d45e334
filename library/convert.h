#pragma once

#include "core/engine/engine.h"
#include "espalier/espalier.h"

// Between the library's values and the engine's.
namespace espalier::api {

espalier::ScoreOptions toEngine(const ScoreOptions& options);
espalier::PruneOptions toEngine(const PruneOptions& options);
espalier::AnswerOptions toEngine(const EvaluationOptions& options);
espalier::DataOptions toEngine(const DataOptions& options);
espalier::PromptForm toEngine(PromptForm form);
espalier::Scores toEngine(const Scores& scores);
espalier::Plan toEngine(const Plan& plan);

ModelInfo fromEngine(const espalier::ModelInfo& info);
Scores fromEngine(const espalier::Scores& scores);
Plan fromEngine(const espalier::Plan& plan);
PairResult fromEngine(const espalier::PairResult& pair);
Evaluation fromEngine(const espalier::Evaluation& evaluation);
std::vector<Problem> fromEngine(const std::vector<Dataset::Problem>& problems);

// What the engine calls an allocator's one number. Error (InvalidInput) where it has none.
std::string parameterNameOf(Allocator allocator);

}  // namespace espalier::api
