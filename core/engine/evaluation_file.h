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
void writeEvaluation(const std::filesystem::path& file, const Evaluation& evaluation, const Dataset& dataset);
// What toJson() writes. Throws nlohmann::json::exception where it is not that.
Evaluation evaluationFromJson(const nlohmann::json& j);
Evaluation readEvaluation(const std::filesystem::path& file);

}  // namespace espalier
