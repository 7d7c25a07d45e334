#pragma once

#include <nlohmann/json.hpp>

#include "core/engine/engine.h"

namespace espalier {

// The engine's values as another process is told them (docs/serve.md), and back. What is taken throws
// nlohmann::json::exception or Error where it is not what the other direction writes; who asked says of whom
// it came.

nlohmann::json toJson(const ModelInfo& info);
ModelInfo modelInfoFrom(const nlohmann::json& json);

// All but the samples, of which there is the number ("count").
nlohmann::json describe(const Dataset& dataset);
Dataset datasetFrom(const nlohmann::json& described);  // without samples
nlohmann::json toJson(const Sample& sample);
Sample sampleFrom(const nlohmann::json& json);
// Which data of which place: enough to open it again.
nlohmann::json referenceTo(const Dataset& dataset);

nlohmann::json toJson(const DataChoices& choices);
DataChoices dataChoicesFrom(const nlohmann::json& json);

nlohmann::json toJson(const std::vector<Dataset::Problem>& problems);
std::vector<Dataset::Problem> problemsFrom(const nlohmann::json& json);

// Of the matrices pruned, the sparsity and the time; the model has a name of its own.
nlohmann::json describe(const PruneResult& result);
PruneResult pruneResultFrom(const nlohmann::json& described);  // without the model

nlohmann::json toJson(const AnswerOptions& options);
AnswerOptions answerOptionsFrom(const nlohmann::json& json);

// The scores of some matrices, as a file of scores has them.
nlohmann::json toJson(const std::vector<MatrixScore>& matrices);
std::vector<MatrixScore> matrixScoresFrom(const nlohmann::json& json);

}  // namespace espalier
