#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/allocate/curve.h"
#include "core/data/dataset.h"
#include "core/document/choices.h"
#include "core/document/recovery_record.h"
#include "core/document/runs.h"
#include "core/document/study.h"
#include "core/engine/engine.h"

namespace espalier {

// What a model pruned to a plan answered.
struct MeasuredPlan {
  Evaluation evaluation;  // of the project's pairs
  PruneOptions options;
  double sparsity = 0;         // that it came to
  std::string recovered = {};  // RecoverOptions::methods that it was recovered by; empty: as pruned
};

// A plan under a name, to go back to or to compare with, and what it was measured at where it was.
struct SavedPlan {
  std::string name;  // unique in a project
  Plan plan;
  std::optional<MeasuredPlan> measured{};
};

// A state of the plan and of how it is scored and pruned, and the change that led to it.
struct ProjectStep {
  std::string text;  // of the change, for people; the first step's is empty
  Plan plan;
  size_t scores = 0;  // which of Project::scores it was made from
  bool capFollowsTarget = true;
  Choices choices;
  std::optional<size_t> recovered = {};  // by which of Project::recoveries its model was; none: as pruned
};

// Everything a person did with a model but the weights: "espalier/project", version 1, the .espalier file.
struct Project {
  std::filesystem::path model, calibration, pairs;  // folders; empty: none
  DataOptions calibrationOptions, pairsOptions;     // which data of the places
  PromptForm prompt = PromptForm::Auto;             // how the model is asked
  ScoreOptions scoreOptions;                        // of the step that stands
  PruneOptions pruneOptions;
  RecoverOptions recoverOptions = Choices().recover;

  // What steps were recovered by. The weights are not kept: the same recovery makes them again.
  std::vector<RecoveryRecord> recoveries;

  struct ScoreSet {
    Scores scores;
    bool measured = true;  // false: names and sizes alone, before the model is scored
  };
  std::vector<ScoreSet> scores;
  std::vector<ProjectStep> steps;  // oldest first; empty where the model has nothing to prune
  size_t current = 0;              // the step that stands; those after it were undone

  std::vector<SavedPlan> savedPlans;

  std::optional<Evaluation> dense, pruned;
  std::optional<Plan> prunedPlan;  // what `pruned` is of, with the options and the sparsity it came to
  PruneOptions prunedOptions;
  double prunedSparsity = 0;
  std::optional<size_t> prunedRecovered = {};  // by which of `recoveries`

  std::vector<StudyPoint> sweep;

  std::vector<Run> runs;  // models that were made of plans, this project's and others beside them

  // What was measured of each group's own sparsity, by the options it was pruned with; on `calibration` in
  // `prompt`'s form.
  struct SensitivitySet {
    PruneOptions options;
    Sensitivities curves;
  };
  std::vector<SensitivitySet> sensitivities;

  // What scorings on `calibration` gave, the last of each method: laid over the plan's own for comparison.
  std::vector<Scores> scoresByMethod;

  nlohmann::json extra = nlohmann::json::object();  // keys of the file that this program does not know
};

// Folders below the file's own are written relative to it, so that both can be moved together; others as they
// are. Errors name the file and the entry: Io, Format, and those of checkPlan and checkScores.
Project readProject(const std::filesystem::path& file);
void writeProject(const std::filesystem::path& file, const Project& project);

}  // namespace espalier
