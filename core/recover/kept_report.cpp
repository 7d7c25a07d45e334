#include "core/recover/kept_report.h"

#include "core/base/json_numbers.h"

namespace espalier {

namespace {

nlohmann::json numberOrNull(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
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
  r.before = numberOrUnknown(j.at("before"));
  r.after = numberOrUnknown(j.at("after"));
  r.steps = wholeOf<int64_t>(j.at("steps"));
  r.bestStep = wholeOf<int64_t>(j.at("bestStep"));
  r.parameters = wholeOf<int64_t>(j.at("parameters"));
  r.numbers = wholeOf<int64_t>(j.at("numbers"));
  r.note = j.at("note");
  for (const auto& p : j.at("curve"))
    r.curve.push_back({r.method, r.block, wholeOf<int64_t>(p.at(0)), wholeOf<int64_t>(p.at(1)),
                       numberOrUnknown(p.at(2)), numberOrUnknown(p.at(3))});
  return r;
}

}  // namespace espalier
