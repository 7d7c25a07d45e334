#pragma once

#include <filesystem>

#include "core/allocate/planner.h"
#include "core/engine/engine.h"
#include "core/engine/recover_model.h"

namespace espalier {

// All of a job: which model and data, how to score, share out, prune, compare. "espalier/recipe", version 1;
// paths in a file are relative to it. An exported model carries its recipe.
struct Recipe {
  std::filesystem::path model;
  std::filesystem::path calibration;
  DataOptions calibrationOptions{};  // which data of the place; as those of the evaluation
  std::filesystem::path evaluation;  // empty: no comparison
  DataOptions evaluationOptions{};
  std::filesystem::path output;          // the pruned model's folder; empty: not written
  PromptForm prompt = PromptForm::Auto;  // how the model is asked, in all of it
  ScoreOptions score;
  PlanRequest allocate;
  // What each group came to, where that is known: it is pruned to then, and nothing is scored. Groups of
  // allocate.granularity; those not named stay whole.
  std::map<std::string, double> plan{};
  PruneOptions prune;
  RecoverOptions recover{};  // without methods: as pruned
};

Recipe readRecipe(const std::filesystem::path& file);
nlohmann::json toJson(const Recipe& recipe);
Recipe recipeFromJson(const nlohmann::json& json, const std::filesystem::path& base);

struct RecipeResult {
  Scores scores;
  Plan plan;
  PruneResult pruned;  // its model is the recovered one where the recipe says so
  std::vector<RecoveryReport> recovery;
  Evaluation before, after;        // empty without an evaluation set
  std::vector<std::string> notes;  // of the recovery and the export
};

// Does it all. With a work folder, scores and evaluations are kept there and taken from there by a later run
// of the same recipe on the same model and data, so that a run that was stopped goes on where it was. One
// process at a time has the folder; another one gets an Error that says who.
RecipeResult runRecipe(const Recipe& recipe, const std::filesystem::path& workFolder,
                       const JobControl& control, const ExportOptions& writing = {});

}  // namespace espalier
