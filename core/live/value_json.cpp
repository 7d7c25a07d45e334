#include "core/live/value_json.h"

#include "core/base/json_numbers.h"

namespace espalier {

nlohmann::json toJson(const Curve& curve) {
  return {{"sparsity", curve.sparsity}, {"value", curve.value}};
}

Curve curveFrom(const nlohmann::json& j) {
  return {numbersOrUnknown(j.at("sparsity")), numbersOrUnknown(j.at("value"))};
}

nlohmann::json toJson(const std::map<std::string, Curve>& curves) {
  nlohmann::json j = nlohmann::json::object();
  for (const auto& [name, curve] : curves) j[name] = toJson(curve);
  return j;
}

std::map<std::string, Curve> curvesFrom(const nlohmann::json& j) {
  std::map<std::string, Curve> curves;
  for (const auto& [name, curve] : j.items()) curves[name] = curveFrom(curve);
  return curves;
}

nlohmann::json toJson(const ScoreSpread& s) {
  return {{"from", s.logScores.from},
          {"to", s.logScores.to},
          {"counts", s.logScores.counts},
          {"thresholds", s.thresholds}};
}

ScoreSpread spreadFrom(const nlohmann::json& j) {
  ScoreSpread s;
  s.logScores.from = numberOrUnknown(j.at("from"));
  s.logScores.to = numberOrUnknown(j.at("to"));
  for (const auto& count : j.at("counts")) s.logScores.counts.push_back(wholeOf<int64_t>(count));
  s.thresholds = numbersOrUnknown(j.at("thresholds"));
  return s;
}

}  // namespace espalier
