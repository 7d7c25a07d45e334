#pragma once

#include <nlohmann/json.hpp>

#include "core/live/loss_prediction.h"
#include "core/live/matrix_view.h"

namespace espalier {

// Curves and spreads as another process is told them (docs/serve.md), and back. What is taken throws
// nlohmann::json::exception where it is not what the other direction writes.

nlohmann::json toJson(const Curve& curve);
Curve curveFrom(const nlohmann::json& json);
nlohmann::json toJson(const std::map<std::string, Curve>& curves);  // ErrorCurves and Sensitivities
std::map<std::string, Curve> curvesFrom(const nlohmann::json& json);
nlohmann::json toJson(const ScoreSpread& spread);
ScoreSpread spreadFrom(const nlohmann::json& json);

}  // namespace espalier
