#include "core/recover/kept_report.h"

namespace espalier {

namespace {

nlohmann::json numberOrNull(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

double numberFrom(const nlohmann::json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

}  // namespace

nlohmann::json toJson(const RecoveryReport& r) {
  nlohmann::json curve = nlohmann::json::array();
  for (const auto& p : r.curve)
    curve.push_back({p.step, p.steps, numberOrNull(p.loss), numberOrNull(p.heldOut)});
  return {{"method", r.method},
          {"block", r.block},
          {"measure", r.measure},
          {"before", numberOrNull(r.before)},
          {"after", numberOrNull(r.after)},
          {"steps", r.steps},
          {"bestStep", r.bestStep},
          {"parameters", r.parameters},
          {"numbers", r.numbers},
          {"note", r.note},
          {"curve", curve}};
}

RecoveryReport reportFrom(const nlohmann::json& j) {
  RecoveryReport r;
  r.method = j.at("method");
  r.block = j.at("block");
  r.measure = j.at("measure");
  r.before = numberFrom(j.at("before"));
  r.after = numberFrom(j.at("after"));
  r.steps = j.at("steps");
  r.bestStep = j.at("bestStep");
  r.parameters = j.at("parameters");
  r.numbers = j.at("numbers");
  r.note = j.at("note");
  for (const auto& p : j.at("curve"))
    r.curve.push_back({r.method, r.block, p.at(0), p.at(1), numberFrom(p.at(2)), numberFrom(p.at(3))});
  return r;
}

}  // namespace espalier
