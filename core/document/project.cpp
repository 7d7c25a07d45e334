#include "core/document/project.h"

#include <algorithm>
#include <functional>

#include "core/allocate/kept_plan.h"
#include "core/base/file.h"
#include "core/base/json_numbers.h"
#include "core/data/data_options.h"
#include "core/engine/evaluation_file.h"

namespace espalier {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

json pathJson(const fs::path& path, const fs::path& base) {
  if (path.empty()) return "";
  const fs::path relative = fs::absolute(path).lexically_normal().lexically_relative(base);
  const bool inside = !relative.empty() && *relative.begin() != "..";
  return inside ? relative.string() : path.string();
}

fs::path pathAt(const std::string& text, const fs::path& base) {
  if (text.empty()) return {};
  return fs::path(text).is_absolute() ? fs::path(text) : (base / text).lexically_normal();
}

fs::path pathFrom(const json& j, const char* key, const fs::path& base) {
  return pathAt(j.value(key, std::string()), base);
}

json toJson(const ScoreOptions& o) {
  return option_fields::toJson(scoreFields(), o);
}

json toJson(const PruneOptions& o) {
  return option_fields::toJson(pruneFields(), o);
}

json toJson(const RecoverOptions& o) {
  return option_fields::toJson(recoverFields(), o);
}

// where: for messages.
ScoreOptions scoreOptionsFrom(const json& j, const std::string& where) {
  ScoreOptions o;
  option_fields::takeJson(scoreFields(), j, where, o);
  return o;
}

PruneOptions pruneOptionsFrom(const json& j, const std::string& where) {
  PruneOptions o;
  option_fields::takeJson(pruneFields(), j, where, o);
  try {
    checkOptions(o);
  } catch (const Error& e) {
    throw Error(ErrorKind::Format, where + ": " + e.what());
  }
  return o;
}

RecoverOptions recoverOptionsFrom(const json& j, const std::string& where) {
  RecoverOptions o = Choices().recover;
  option_fields::takeJson(recoverFields(), j, where, o);
  try {
    checkOptions(o);
  } catch (const Error& e) {
    throw Error(ErrorKind::Format, where + ": " + e.what());
  }
  return o;
}

// Which of the recoveries; none where it names none.
std::optional<size_t> recoveryNamedIn(const json& j, size_t recoveries, const std::string& where) {
  if (!j.contains("recovered")) return std::nullopt;
  const json& place = j["recovered"];
  if (!place.is_number_unsigned() || place.get<uint64_t>() >= recoveries)
    throw Error(ErrorKind::Format, where + " has \"recovered\": " + jsonText(place) +
                                       "; the place of one of " + std::to_string(recoveries) +
                                       " recoveries was expected.");
  return place.get<size_t>();
}

// The pairs' answers; tallies are made anew from them.
json toJson(const Evaluation& e) {
  json j{{"seconds", e.seconds}, {"pairs", json::array()}, {"task", e.task}, {"metrics", e.metrics}};
  addMeasured(e, j);
  for (const auto& p : e.pairs) j["pairs"].push_back(toJson(p));
  return j;
}

Evaluation evaluationFrom(const json& j) {
  Evaluation e;
  e.seconds = j.value("seconds", 0.0);
  e.task = j.value("task", std::string());
  if (j.contains("metrics")) e.metrics = numbersByName(j["metrics"]);
  takeMeasured(j, e);
  for (const auto& p : j.at("pairs")) e.pairs.push_back(pairResultFrom(p));
  return e;
}

json toJson(const Sensitivities& curves) {
  json j = json::object();
  for (const auto& [group, curve] : curves) j[group] = {{"sparsity", curve.sparsity}, {"loss", curve.value}};
  return j;
}

Sensitivities sensitivitiesFrom(const json& j, const std::string& where) {
  Sensitivities out;
  for (const auto& [group, c] : j.items()) {
    Curve curve{c.at("sparsity"), numbersOrUnknown(c.at("loss"))};
    const auto& s = curve.sparsity;
    if (s.empty() || s.size() != curve.value.size() || s.front() != 0 ||
        std::adjacent_find(s.begin(), s.end(), std::greater_equal<>()) != s.end())
      throw Error(ErrorKind::Format,
                  where + ": the sensitivity of \"" + group +
                      "\" has to give a loss for each of its sparsities, and these have to "
                      "rise from 0.");
    out.emplace(group, std::move(curve));
  }
  return out;
}

// A step over the same groups as the one before it says only what may differ: hundreds of steps over hundreds
// of matrices would be tens of megabytes otherwise.
json stepJson(const ProjectStep& step, const ProjectStep* before) {
  json j{{"text", step.text}, {"scores", step.scores}, {"cap_follows_target", step.capFollowsTarget}};
  if (!before || !sameChoices(step.choices.score, before->choices.score))
    j["score_options"] = toJson(step.choices.score);
  if (!before || !sameChoices(step.choices.prune, before->choices.prune))
    j["prune_options"] = toJson(step.choices.prune);
  if (!before || !sameChoices(step.choices.recover, before->choices.recover))
    j["recover_options"] = toJson(step.choices.recover);
  if (step.recovered) j["recovered"] = *step.recovered;
  const bool brief = before && sameGroups(step.plan.groups, before->plan.groups);
  if (!brief) {
    j["plan"] = toJson(step.plan);
    return j;
  }
  Plan head = step.plan;
  head.groups.clear();
  j["change"] = toJson(head);
  j["change"].erase("groups");
  auto& sparsity = j["change"]["sparsity"] = json::array();
  auto& pinned = j["change"]["pinned"] = json::array();
  for (size_t i = 0; i < step.plan.groups.size(); ++i) {
    sparsity.push_back(step.plan.groups[i].sparsity);
    if (step.plan.groups[i].pinned) pinned.push_back(i);
  }
  return j;
}

// choices: of the step before, or where there is none the project's own: files of earlier versions have no
// others.
ProjectStep stepFrom(const json& j, const ProjectStep* before, const Choices& choices,
                     const std::string& where) {
  ProjectStep step;
  step.choices = choices;
  if (j.contains("score_options")) step.choices.score = scoreOptionsFrom(j["score_options"], where);
  if (j.contains("prune_options")) step.choices.prune = pruneOptionsFrom(j["prune_options"], where);
  if (j.contains("recover_options")) step.choices.recover = recoverOptionsFrom(j["recover_options"], where);
  step.text = j.value("text", std::string());
  step.scores = wholeOr(j, "scores", size_t(0));
  step.capFollowsTarget = j.value("cap_follows_target", true);
  if (j.contains("plan")) {
    step.plan = planFromJson(j.at("plan"), where);
    return step;
  }
  json change = j.at("change");
  const json sparsity = change.at("sparsity"), pinned = change.at("pinned");
  change.erase("sparsity");
  change.erase("pinned");
  change["groups"] = json::array();
  step.plan = planFromJson(std::move(change), where);
  if (!before || before->plan.groups.size() != sparsity.size())
    throw Error(ErrorKind::Format, where + " does not fit the step before it.");
  step.plan.groups = before->plan.groups;
  for (size_t i = 0; i < sparsity.size(); ++i) {
    step.plan.groups[i].sparsity = sparsity[i].get<double>();
    step.plan.groups[i].pinned = false;
  }
  for (const auto& i : pinned) {
    if (!i.is_number_unsigned() || i.get<uint64_t>() >= step.plan.groups.size())
      throw Error(ErrorKind::Format, where + " has " + jsonText(i) + " in \"pinned\"; the place of one of " +
                                         std::to_string(step.plan.groups.size()) + " groups was expected.");
    step.plan.groups[i.get<size_t>()].pinned = true;
  }
  checkPlan(step.plan);
  return step;
}

constexpr const char* kKeys[] = {
    "prompt",        "model",         "calibration",   "pairs",   "calibration_options",
    "pairs_options", "score_options", "prune_options", "scores",  "steps",
    "current",       "saved_plans",   "dense",         "pruned",  "sweep",
    "sensitivities", "other_scores",  "format",        "version", "recover_options",
    "recoveries",    "runs"};

Project projectFrom(json j, const fs::path& file) {
  const std::string name = file.string();
  const fs::path base = fs::absolute(file).parent_path();
  Project p;
  p.model = pathFrom(j, "model", base);
  p.calibration = pathFrom(j, "calibration", base);
  p.pairs = pathFrom(j, "pairs", base);
  p.calibrationOptions = dataOptionsFromJson(j.value("calibration_options", json::object()));
  p.pairsOptions = dataOptionsFromJson(j.value("pairs_options", json::object()));
  p.prompt = promptFormNamed(j.value("prompt", nameOf(p.prompt)), name + ": \"prompt\"");
  if (p.model.empty()) throw Error(ErrorKind::Format, name + " names no \"model\" folder.");
  if (j.contains("score_options")) p.scoreOptions = scoreOptionsFrom(j["score_options"], name);
  if (j.contains("prune_options")) p.pruneOptions = pruneOptionsFrom(j["prune_options"], name);
  if (j.contains("recover_options")) p.recoverOptions = recoverOptionsFrom(j["recover_options"], name);
  for (const auto& r : j.value("recoveries", json::array()))
    p.recoveries.push_back(recoveryRecordFrom(r, name + ", recovery " + std::to_string(p.recoveries.size())));
  for (auto& s : j.value("scores", json::array())) {
    const bool measured = s.value("measured", true);
    s.erase("measured");
    p.scores.push_back({scoresFromJson(s, name + ", scores"), measured});
  }
  const json steps = j.value("steps", json::array());
  for (size_t i = 0; i < steps.size(); ++i) {
    const ProjectStep* before = i ? &p.steps.back() : nullptr;
    const Choices choices =
        before ? before->choices : Choices{p.scoreOptions, p.pruneOptions, p.recoverOptions};
    const std::string where = name + ", step " + std::to_string(i);
    auto step = stepFrom(steps[i], before, choices, where);
    step.recovered = recoveryNamedIn(steps[i], p.recoveries.size(), where);
    if (step.scores >= p.scores.size())
      throw Error(ErrorKind::Format, where + " refers to scores that are not there.");
    p.steps.push_back(std::move(step));
  }
  p.current = wholeOr(j, "current", size_t(0));
  if (p.current >= std::max<size_t>(1, p.steps.size()))
    throw Error(ErrorKind::Format, name + " has \"current\": " + std::to_string(p.current) + " of " +
                                       std::to_string(p.steps.size()) + " steps.");
  for (const auto& s : j.value("saved_plans", json::array())) {
    p.savedPlans.push_back({s.at("name"), planFromJson(s.at("plan"), name + ", saved plan")});
    if (s.contains("measured")) {
      const json& m = s["measured"];
      p.savedPlans.back().measured = {evaluationFrom(m), pruneOptionsFrom(m.at("options"), name),
                                      m.at("sparsity"), m.value("recovered", std::string())};
    }
  }
  if (j.contains("dense")) p.dense = evaluationFrom(j["dense"]);
  if (j.contains("pruned")) {
    const json& r = j["pruned"];
    p.pruned = evaluationFrom(r);
    p.prunedPlan = planFromJson(r.at("plan"), name + ", pruned");
    p.prunedOptions = pruneOptionsFrom(r.at("options"), name);
    p.prunedSparsity = r.at("sparsity");
    p.prunedRecovered = recoveryNamedIn(r, p.recoveries.size(), name + ", pruned");
  }
  for (const auto& s : j.value("sweep", json::array())) p.sweep.push_back(studyPointFromJson(s));
  for (auto& r : j.value("runs", json::array())) {
    p.runs.push_back(runFromJson(r, name + ", run " + std::to_string(p.runs.size())));
    for (auto* folder : {&p.runs.back().folder, &p.runs.back().from})
      *folder = pathAt(*folder, base).string();
  }
  for (const auto& s : j.value("sensitivities", json::array()))
    p.sensitivities.push_back({pruneOptionsFrom(s.at("prune_options"), name + ", sensitivities"),
                               sensitivitiesFrom(s.at("groups"), name)});
  for (const auto& s : j.value("other_scores", json::array()))
    p.scoresByMethod.push_back(scoresFromJson(s, name + ", other scores"));
  for (const char* key : kKeys) j.erase(key);
  p.extra = std::move(j);
  return p;
}

}  // namespace

Project readProject(const fs::path& file) {
  json j = readEspalierJson(file, "project");
  try {
    return projectFrom(std::move(j), file);
  } catch (const json::exception& e) {
    // Its own sentence begins with "[json.exception....] ".
    const std::string message = e.what();
    const auto at = message.find("] ");
    throw Error(ErrorKind::Format, file.string() + " is no complete project: " +
                                       (at == std::string::npos ? message : message.substr(at + 2)) + ".");
  }
}

void writeProject(const fs::path& file, const Project& p) {
  const fs::path base = fs::absolute(file).parent_path();
  json j = p.extra.is_object() ? p.extra : json::object();
  j["model"] = pathJson(p.model, base);
  if (p.prompt != PromptForm::Auto) j["prompt"] = nameOf(p.prompt);
  j["calibration"] = pathJson(p.calibration, base);
  j["pairs"] = pathJson(p.pairs, base);
  j["calibration_options"] = toJson(p.calibrationOptions);
  j["pairs_options"] = toJson(p.pairsOptions);
  j["score_options"] = toJson(p.scoreOptions);
  j["prune_options"] = toJson(p.pruneOptions);
  j["recover_options"] = toJson(p.recoverOptions);
  for (const auto& r : p.recoveries) j["recoveries"].push_back(toJson(r));
  auto& scores = j["scores"] = json::array();
  for (const auto& s : p.scores) {
    scores.push_back(toJson(s.scores));
    scores.back()["measured"] = s.measured;
  }
  auto& steps = j["steps"] = json::array();
  for (size_t i = 0; i < p.steps.size(); ++i)
    steps.push_back(stepJson(p.steps[i], i ? &p.steps[i - 1] : nullptr));
  j["current"] = p.current;
  auto& saved = j["saved_plans"] = json::array();
  for (const auto& s : p.savedPlans) {
    saved.push_back({{"name", s.name}, {"plan", toJson(s.plan)}});
    if (!s.measured) continue;
    auto& m = saved.back()["measured"] = toJson(s.measured->evaluation);
    m["options"] = toJson(s.measured->options);
    m["sparsity"] = s.measured->sparsity;
    if (!s.measured->recovered.empty()) m["recovered"] = s.measured->recovered;
  }
  if (p.dense) j["dense"] = toJson(*p.dense);
  if (p.pruned && p.prunedPlan) {
    auto& r = j["pruned"] = toJson(*p.pruned);
    r["plan"] = toJson(*p.prunedPlan);
    r["options"] = toJson(p.prunedOptions);
    r["sparsity"] = p.prunedSparsity;
    if (p.prunedRecovered) r["recovered"] = *p.prunedRecovered;
  }
  auto& sweep = j["sweep"] = json::array();
  for (const auto& s : p.sweep) sweep.push_back(toJson(s));
  for (Run run : p.runs) {
    run.folder = pathJson(run.folder, base);
    if (!run.from.empty()) run.from = pathJson(run.from, base);
    j["runs"].push_back(toJson(run));
  }
  for (const auto& s : p.sensitivities)
    j["sensitivities"].push_back({{"prune_options", toJson(s.options)}, {"groups", toJson(s.curves)}});
  for (const auto& s : p.scoresByMethod) j["other_scores"].push_back(toJson(s));
  writeEspalierJson(file, "project", std::move(j));
}

}  // namespace espalier
