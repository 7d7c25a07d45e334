// Points of a study as JSON.
#include <cmath>
#include <cstdio>

#include "core/base/json_numbers.h"
#include "core/document/study.h"

namespace espalier {

namespace {

// To six digits.
std::string shortLoss(double loss) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", loss);
  return text;
}

}  // namespace

nlohmann::json toJson(const StudyPoint& p) {
  nlohmann::json j{
      {"method", p.method}, {"sparsity", p.sparsity}, {"achieved", p.achieved}, {"seed", p.seed}};
  if (!p.metrics.empty()) j["metrics"] = p.metrics;
  if (!p.prompt.empty()) j["prompt"] = p.prompt;
  if (!p.conditions.empty()) j["conditions"] = p.conditions;
  if (p.seconds > 0) j["seconds"] = p.seconds;
  if (p.bytes > 0) j["bytes"] = p.bytes;
  if (!p.verdicts.right.empty()) {
    std::string right;
    for (const bool r : p.verdicts.right) right += r ? '1' : '0';
    j["right"] = right;
    auto& losses = j["losses"] = nlohmann::json::array();
    // Six digits tell more than chance does, in a third of the room.
    for (const double loss : p.verdicts.loss)
      losses.push_back(std::isfinite(loss) ? nlohmann::json(std::stod(shortLoss(loss))) : nlohmann::json());
  }
  for (const auto& t : p.kinds)
    j["kinds"].push_back({{"kind", t.kind}, {"right", t.right}, {"total", t.total}, {"loss", t.loss}});
  return j;
}

StudyPoint studyPointFromJson(const nlohmann::json& j) {
  StudyPoint p{j.at("method"),
               j.at("sparsity"),
               j.at("achieved"),
               wholeOf<uint64_t>(j.at("seed")),
               {},
               j.contains("metrics") ? numbersByName(j["metrics"]) : std::map<std::string, double>{},
               j.value("prompt", std::string()),
               j.value("conditions", std::string())};
  p.seconds = j.value("seconds", 0.0);
  p.bytes = wholeOr(j, "bytes", int64_t(0));
  for (const char right : j.value("right", std::string())) p.verdicts.right.push_back(right == '1');
  for (const auto& loss : j.value("losses", nlohmann::json::array()))
    p.verdicts.loss.push_back(numberOrUnknown(loss));
  for (const auto& t : j.at("kinds"))
    p.kinds.push_back({t.at("kind"), wholeOf<int64_t>(t.at("right")), wholeOf<int64_t>(t.at("total")),
                       numberOrUnknown(t.at("loss"))});
  return p;
}

}  // namespace espalier
