#include "core/document/study_json.h"

#include "core/base/json_numbers.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/value_json.h"

namespace espalier {

nlohmann::json toJson(const StudyOptions& o) {
  nlohmann::json j{{"methods", o.methods},
                   {"sparsities", o.sparsities},
                   {"seeds", o.seeds},
                   {"score", option_fields::toJson(scoreFields(), o.score)},
                   {"stableTarget", o.score.stableTarget},
                   {"prune", option_fields::toJson(pruneFields(), o.prune)},
                   {"recover", option_fields::toJson(recoverFields(), o.recover)}};
  if (o.plan) j["plan"] = toJson(*o.plan), j["capFollowsTarget"] = o.capFollowsTarget;
  return j;
}

StudyOptions studyOptionsFromJson(const nlohmann::json& j) {
  StudyOptions o;
  const auto section = [&](const char* key) { return j.value(key, nlohmann::json::object()); };
  if (j.contains("methods")) o.methods = j["methods"].get<std::vector<std::string>>();
  if (j.contains("sparsities")) o.sparsities = j["sparsities"].get<std::vector<double>>();
  if (j.contains("seeds")) {
    o.seeds.clear();
    for (const auto& seed : j["seeds"]) o.seeds.push_back(wholeOf<uint64_t>(seed));
  }
  option_fields::takeJson(scoreFields(), section("score"), "\"score\"", o.score);
  o.score.stableTarget = j.value("stableTarget", o.score.stableTarget);
  option_fields::takeJson(pruneFields(), section("prune"), "\"prune\"", o.prune);
  option_fields::takeJson(recoverFields(), section("recover"), "\"recover\"", o.recover);
  if (j.contains("plan")) o.plan = planFromJson(j["plan"], "\"plan\"");
  o.capFollowsTarget = j.value("capFollowsTarget", true);
  option_fields::check(scoreFields(), o.score);
  option_fields::check(pruneFields(), o.prune);
  return o;
}

std::vector<StudyPoint> studyElsewhere(const OpenModel& model, const Dataset& calibration,
                                       const Dataset& test, const StudyOptions& options,
                                       const std::filesystem::path& work, const JobControl& control,
                                       const std::function<void(const StudyPoint&)>& onPoint) {
  const ElsewhereModel& there = *modelElsewhere(model);
  const auto onItem = [&](const nlohmann::json& item) {
    takeAnswer(*there.engine(), "sweep", [&] {
      if (onPoint) onPoint(studyPointFromJson(item.at("point")));
    });
  };
  const auto answer = there.ask("sweep",
                                {{"model", there.reference(control)},
                                 {"calibration", referenceTo(calibration)},
                                 {"pairs", referenceTo(test)},
                                 {"options", toJson(options)},
                                 {"folder", work.string()}},
                                control, onItem);
  return takeAnswer(*there.engine(), "sweep", [&] {
    std::vector<StudyPoint> points;
    for (const auto& point : answer.at("points")) points.push_back(studyPointFromJson(point));
    return points;
  });
}

}  // namespace espalier
