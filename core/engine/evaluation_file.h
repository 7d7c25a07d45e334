#pragma once

#include <filesystem>

#include "core/engine/engine.h"

namespace espalier {

// "espalier/evaluation", version 1: every pair's answer, whether it is right, its loss; with accuracy by kind
// for people who read the file.
nlohmann::json toJson(const Evaluation& evaluation, const Dataset& dataset);
nlohmann::json toJson(const PairResult& pair);
// What was counted of how many pairs, and which pictures could not be read.
void addMeasured(const Evaluation& evaluation, nlohmann::json& j);
void takeMeasured(const nlohmann::json& j, Evaluation& evaluation);
PairResult pairResultFrom(const nlohmann::json& j);
// What an evaluation is of. Empty: the file does not say, as those of earlier versions.
struct EvaluationSource {
  std::string model;    // its folder
  std::string modelId;  // contentNameOf() it
  std::string pairsId;  // contentNameOf() the data; made of the data set where it is written
};
// Of a model as it lies in its folder.
EvaluationSource sourceOf(const OpenModel& model);
void writeEvaluation(const std::filesystem::path& file, const Evaluation& evaluation, const Dataset& dataset,
                     const EvaluationSource& source = {});
EvaluationSource readEvaluationSource(const std::filesystem::path& file);
// What toJson() writes. Throws nlohmann::json::exception where it is not that.
Evaluation evaluationFromJson(const nlohmann::json& j);
Evaluation readEvaluation(const std::filesystem::path& file);

}  // namespace espalier
