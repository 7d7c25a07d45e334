#include "core/document/recipe.h"

#include <functional>
#include <optional>
#include <span>

#include "core/allocate/grouping.h"
#include "core/base/crc32.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/made_folder.h"
#include "core/base/owner.h"
#include "core/base/processes.h"
#include "core/data/data_columns.h"
#include "core/data/data_options.h"
#include "core/engine/check_job.h"
#include "core/engine/evaluation_file.h"
#include "core/engine/fingerprint.h"
#include "core/engine/score_draws.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

template <typename T>
void take(const nlohmann::json& j, const char* key, T& value) {
  const auto it = j.find(key);
  if (it == j.end() || it->is_null()) return;
  try {
    value = it->get<T>();
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::Format, "The recipe has \"" + std::string(key) + "\": " + jsonText(*it) +
                                       ", a value of the wrong kind.");
  }
}

void takePath(const nlohmann::json& j, const char* key, const fs::path& base, fs::path& value) {
  std::string text;
  take(j, key, text);
  if (!text.empty()) value = fs::path(text).is_absolute() ? fs::path(text) : base / text;
}

nlohmann::json section(const nlohmann::json& j, const char* key) {
  const auto it = j.find(key);
  if (it == j.end()) return nlohmann::json::object();
  if (!it->is_object())
    throw Error(ErrorKind::Format, "The recipe has a \"" + std::string(key) + "\" that is no object.");
  return *it;
}

DataOptions dataOptionsFrom(const nlohmann::json& j, const char* key, const fs::path& base) {
  const auto from = section(j, key);
  DataOptions options;
  take(from, "format", options.format);
  take(from, "split", options.split);
  takePath(from, "pictures", base, options.pictures);
  std::string columns;
  take(from, "columns", columns);
  options.columns = dataColumnsFrom(columns);
  return options;
}

// A stage's result in the work folder, if it was made by the same inputs: program, model, data and the
// recipe's options, and if it is still what was written then.
class Kept {
 public:
  Kept(const fs::path& folder, const std::string& name, nlohmann::json madeBy)
      : m_file(folder.empty() ? fs::path() : folder / (name + ".json")),
        m_stamp(folder / (name + ".made-by.json")),
        m_madeBy(std::move(madeBy)) {}

  bool usable() const {
    std::error_code ec;
    if (m_file.empty() || !fs::exists(m_file, ec) || !fs::exists(m_stamp, ec)) return false;
    try {
      return readJsonFile(m_stamp) == stampContent();
    } catch (const Error&) {
      return false;
    }
  }
  JournalOptions journal() const {
    return {m_file.empty() ? fs::path() : fs::path(m_file.string() + ".journal"), false, {}};
  }
  bool wanted() const { return !m_file.empty(); }
  // The stage is done: what it went on from is not needed any more.
  void stamp() const {
    writeFileAtomically(m_stamp, jsonText(stampContent(), 1) + "\n");
    removeJournal(journal().path);
  }
  const nlohmann::json& madeBy() const { return m_madeBy; }
  const fs::path& file() const { return m_file; }

 private:
  nlohmann::json stampContent() const {
    const auto text = readTextFile(m_file);
    return {{"madeBy", m_madeBy}, {"crc32", crc32Of(std::as_bytes(std::span(text.data(), text.size())))}};
  }

  fs::path m_file, m_stamp;
  nlohmann::json m_madeBy;
};

// What rank 0 says: others might look when it has been made meanwhile.
bool decidedByFirst(const JobControl& control, const std::function<bool()>& question) {
  auto& processes = processesOf(control);
  return !processes.broadcastText(0, processes.writes() && question() ? "1" : "").empty();
}

Evaluation evaluated(const ModelPtr& model, const Dataset& data, const Kept& kept,
                     const JobControl& control) {
  if (decidedByFirst(control, [&] { return kept.usable(); })) return readEvaluation(kept.file());
  AnswerOptions answers;
  answers.journal = kept.journal();
  answers.journalInputs = kept.madeBy();
  const auto e = evaluateModel(*model, data, control, {}, {}, answers);
  if (kept.wanted() && processesOf(control).writes()) {
    writeEvaluation(kept.file(), e, data);
    kept.stamp();
  }
  return e;
}

// What a stage depends on: parts of the recipe, and the model and data as they are.
nlohmann::json madeBy(const nlohmann::json& recipe, std::initializer_list<const char*> keys,
                      const OpenModel& model, std::initializer_list<const Dataset*> data) {
  nlohmann::json out{{"program", programFingerprint()}, {"model", fingerprintOf(model)}};
  for (const char* key : keys)
    if (recipe.contains(key)) out["recipe"][key] = recipe[key];
  for (const auto* set : data) out["data"].push_back(fingerprintOf(*set));
  return out;
}

}  // namespace

nlohmann::json toJson(const Recipe& r) {
  nlohmann::json j;
  j["model"] = r.model.string();
  j["calibration"] = r.calibration.string();
  if (!r.evaluation.empty()) j["evaluation"] = r.evaluation.string();
  // Only where something was chosen: recipes and what was made by them stay as they were.
  if (const auto options = toJson(r.calibrationOptions); !options.empty()) j["calibrationOptions"] = options;
  if (const auto options = toJson(r.evaluationOptions); !options.empty()) j["evaluationOptions"] = options;
  if (!r.output.empty()) j["output"] = r.output.string();
  if (r.prompt != PromptForm::Auto) j["prompt"] = nameOf(r.prompt);
  j["score"] = option_fields::toJson(scoreFields(), r.score);
  auto& a = j["allocate"] = {{"target", r.allocate.target},
                             {"granularity", nameOf(r.allocate.granularity)},
                             {"allocator", r.allocate.allocator},
                             {"options", r.allocate.options},
                             {"pins", r.allocate.pins}};
  if (r.allocate.cap) a["cap"] = *r.allocate.cap;
  if (!r.allocate.componentCaps.empty()) a["componentCaps"] = r.allocate.componentCaps;
  if (r.allocate.aggregate) a["aggregate"] = nameOf(*r.allocate.aggregate);
  if (!r.plan.empty()) j["plan"] = r.plan;
  j["prune"] = option_fields::toJson(pruneFields(), r.prune);
  if (!r.recover.methods.empty()) j["recover"] = option_fields::toJson(recoverFields(), r.recover);
  return j;
}

Recipe recipeFromJson(const nlohmann::json& j, const fs::path& base) {
  Recipe r;
  takePath(j, "model", base, r.model);
  takePath(j, "calibration", base, r.calibration);
  takePath(j, "evaluation", base, r.evaluation);
  takePath(j, "output", base, r.output);
  if (r.model.empty()) throw Error(ErrorKind::InvalidInput, "The recipe names no \"model\" folder.");
  // What is made otherwise than by a plan, and what was made of a model that was pruned before.
  if (j.contains("globally"))
    throw Error(ErrorKind::InvalidInput,
                "The recipe is of a model that \"prune --globally\" made; run prunes to plans alone.");
  if (j.contains("dense"))
    throw Error(ErrorKind::InvalidInput,
                "The recipe is of a pruned model that \"recover\" made; run begins at a dense one.");
  if (r.calibration.empty())
    throw Error(ErrorKind::InvalidInput, "The recipe names no \"calibration\" data.");
  r.calibrationOptions = dataOptionsFrom(j, "calibrationOptions", base);
  r.evaluationOptions = dataOptionsFrom(j, "evaluationOptions", base);
  std::string prompt = nameOf(r.prompt);
  take(j, "prompt", prompt);
  r.prompt = promptFormNamed(prompt, "The recipe's \"prompt\"");
  const auto score = section(j, "score"), allocate = section(j, "allocate"), prune = section(j, "prune");
  option_fields::takeJson(scoreFields(), score, "The recipe", r.score);
  take(allocate, "target", r.allocate.target);
  r.score.stableTarget = r.allocate.target;
  take(allocate, "allocator", r.allocate.allocator);
  take(allocate, "options", r.allocate.options);
  take(allocate, "pins", r.allocate.pins);
  take(allocate, "componentCaps", r.allocate.componentCaps);
  if (allocate.contains("cap")) {
    double cap = 0;
    take(allocate, "cap", cap);
    r.allocate.cap = cap;
  }
  std::string name;
  take(allocate, "granularity", name);
  if (!name.empty()) r.allocate.granularity = granularityNamed(name);
  name.clear();
  take(allocate, "aggregate", name);
  if (!name.empty()) r.allocate.aggregate = aggregateNamed(name);
  option_fields::takeJson(pruneFields(), prune, "The recipe", r.prune);
  checkOptions(r.prune);
  option_fields::takeJson(recoverFields(), section(j, "recover"), "The recipe", r.recover);
  checkOptions(r.recover);
  take(j, "plan", r.plan);
  return r;
}

Recipe readRecipe(const fs::path& file) {
  return recipeFromJson(readEspalierJson(file, "recipe"), fs::absolute(file).parent_path());
}

namespace {

// A folder that no recipe has worked in may hold files of the names that this one writes.
void refuseForeignWork(const fs::path& work) {
  std::error_code ec;
  for (const char* ours :
       {"scores.made-by.json", "before.made-by.json", "after.made-by.json", "scores.json.journal",
        "before.json.journal", "after.json.journal", "pruned", "recovered", "recipe.lock"})
    if (fs::exists(work / ours, ec)) return;
  for (const char* name : {"scores.json", "plan.json", "before.json", "after.json"})
    if (fs::exists(work / name, ec))
      throw Error(ErrorKind::InvalidInput,
                  (work / name).string() +
                      " was not made by a recipe and would be written over; a folder of "
                      "its own was expected for the work of this one.");
}

Scores scored(const OpenModel& model, const Dataset& calibration, const Recipe& recipe,
              const nlohmann::json& json, const fs::path& work, const JobControl& control) {
  auto made =
      madeBy(json, {"model", "calibration", "calibrationOptions", "score", "prompt"}, model, {&calibration});
  if (scoresAtTarget(recipe.score)) made["target"] = recipe.allocate.target;
  const Kept kept(work, "scores", made);
  if (decidedByFirst(control, [&] { return kept.usable(); })) return readScores(kept.file());
  auto options = recipe.score;
  options.stableTarget = recipe.allocate.target;
  options.journal = kept.journal();
  const Scores scores = scoreModel(model, calibration, options, control);
  if (kept.wanted() && processesOf(control).writes()) {
    writeScores(kept.file(), scores);
    kept.stamp();
  }
  return scores;
}

// The groups that the recipe gives a sparsity.
Plan givenPlan(const OpenModel& model, const Recipe& recipe) {
  std::vector<MatrixScore> matrices;
  for (const auto& b : infoOf(model).blocks)
    for (const auto& m : b.matrices)
      matrices.push_back({m.name, b.name, nameOf(b.component), m.parameters(), 0, 0, {}});
  Plan plan;
  plan.target = recipe.allocate.target;
  plan.cap = recipe.allocate.cap.value_or(defaultCap(plan.target));
  plan.granularity = recipe.allocate.granularity;
  plan.allocator = recipe.allocate.allocator;
  plan.options = recipe.allocate.options;
  plan.componentCaps = recipe.allocate.componentCaps;
  auto wanted = recipe.plan;
  for (auto& group : groupsOf(matrices, plan.granularity, plan.aggregate))
    if (const auto it = wanted.find(group.name); it != wanted.end()) {
      group.sparsity = it->second;
      group.pinned = recipe.allocate.pins.contains(group.name);
      plan.groups.push_back(std::move(group));
      wanted.erase(it);
    }
  if (!wanted.empty())
    throw Error(ErrorKind::InvalidInput, "The recipe's \"plan\" names " + wanted.begin()->first +
                                             "; the model has no such " + nameOf(plan.granularity) + ".");
  checkPlan(plan);
  return plan;
}

}  // namespace

RecipeResult runRecipe(const Recipe& recipe, const fs::path& work, const JobControl& control,
                       const ExportOptions& writing) {
  RecipeResult result;
  if (!work.empty() && processesOf(control).writes()) refuseForeignWork(work);
  const MadeFolder made(work);
  std::optional<PlaceLock> lock;
  if (!work.empty() && processesOf(control).writes()) lock.emplace(work / "recipe");
  const auto json = toJson(recipe);
  // With a work folder, a run that was stopped at its very end finds its own export.
  const bool writes = processesOf(control).writes();
  const bool exported = writes && !work.empty() && !recipe.output.empty() && findExport(json, recipe.output);
  if (writes && !recipe.output.empty() && !exported) checkExportFolder(recipe.output);
  const auto model = openModel(recipe.model, defaultDevice(), recipe.prompt);
  const auto calibration = openDatasetFor(*model, recipe.calibration, recipe.calibrationOptions);
  // What would be refused behind minutes of work, at once.
  const auto evaluation = recipe.evaluation.empty()
                              ? Dataset()
                              : openDatasetFor(*model, recipe.evaluation, recipe.evaluationOptions);
  checkPruning(*model,
               recipe.plan.empty() ? checkPlanRequest(*model, recipe.score, recipe.allocate)
                                   : givenPlan(*model, recipe),
               recipe.prune);
  checkRecovery(*model, true, calibration, recipe.recover);
  if (!recipe.evaluation.empty()) checkEvaluation(*model, evaluation, {});

  if (recipe.plan.empty()) {
    result.scores = scored(*model, calibration, recipe, json, work, control);
    result.plan = makePlan(result.scores, recipe.allocate);
  } else {
    result.plan = givenPlan(*model, recipe);
  }
  if (!work.empty() && writes) writePlan(work / "plan.json", result.plan);
  auto pruning = recipe.prune;
  if (!work.empty()) pruning.journal.path = work / "pruned";
  result.pruned = pruneModel(*model, result.plan, calibration, pruning, control);
  if (!recipe.recover.methods.empty()) {
    RecoverRun run;
    if (!work.empty()) run.journal.path = work / "recovered";
    const auto sparsities = result.plan.sparsities();
    run.journalInputs = {{"plan", std::map<std::string, double>(sparsities.begin(), sparsities.end())},
                         {"prune", option_fields::toJson(pruneFields(), recipe.prune)}};
    auto recovered = recoverModel(*result.pruned.model, model, calibration, recipe.recover, run, control);
    result.pruned.model = recovered.model;
    result.recovery = std::move(recovered.reports);
    result.notes = std::move(recovered.warnings);
  }
  if (!recipe.evaluation.empty()) {
    const auto& data = evaluation;
    result.before =
        evaluated(model, data,
                  Kept(work, "before",
                       madeBy(json, {"model", "evaluation", "evaluationOptions", "prompt"}, *model, {&data})),
                  control);
    auto after = madeBy(json, {}, *model, {&calibration, &data});
    after["recipe"] = json;
    after["recipe"].erase("output");
    result.after = evaluated(result.pruned.model, data, Kept(work, "after", after), control);
  }
  if (!recipe.output.empty() && !exported) {
    const auto notes = exportModel(*result.pruned.model, json, recipe.output, control, writing).notes;
    result.notes.insert(result.notes.end(), notes.begin(), notes.end());
  }
  return result;
}

}  // namespace espalier
