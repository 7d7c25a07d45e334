#pragma once

#include <optional>

#include "core/document/study_methods.h"
#include "core/engine/engine.h"
#include "core/engine/recover_model.h"
#include "core/evaluate/paired_difference.h"

namespace espalier {

// Accuracy and loss against sparsity, for several methods and several draws of the calibration data: the
// figures of docs/results.md, and the curves of the window.
struct StudyOptions {
  // Names of studyMethods(), or "<scoring method> + <criterion>" with "+ <refinements>" behind it or without,
  // where the scoring method may be "uniform" or "global-magnitude", too; with " > <recovery methods>" at the
  // end the model is recovered by these, with RecoverOptions of `recover`. Empty: all of studyMethods() but
  // the slow ones.
  std::vector<std::string> methods;
  std::vector<double> sparsities{0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
  std::vector<uint64_t> seeds{0, 1, 2};
  ScoreOptions score;
  PruneOptions prune;
  RecoverOptions recover;  // the methods are each method's own
  // What kThisPlan shares out anew at each sparsity, with its pins, caps, allocator and scores; where these
  // forbid a sparsity, the nearest one. Pruned by `prune`, whose criterion is taken there.
  std::optional<Plan> plan = {};
  bool capFollowsTarget = true;  // of the plan: its cap is made of each target
};

// The names of its methods: those asked for, or all that a study without names has.
std::vector<std::string> methodNamesOf(const StudyOptions& options);

struct StudyPoint {
  std::string method;
  double sparsity = 0;  // asked for
  double achieved = 0;
  uint64_t seed = 0;
  std::vector<Evaluation::Tally> kinds;
  std::map<std::string, double> metrics;  // as Evaluation has them
  std::string prompt = {};  // "chat" where the pairs were put as conversations; empty: they were not
  // A short name of the data and options it was measured with, where who keeps it gave one: points of other
  // conditions stand side by side.
  std::string conditions = {};
  double seconds = 0;          // to score, share out, prune and recover; 0: not known
  int64_t bytes = 0;           // of the prunable weights with the zeros left out; 0: not known
  PairVerdicts verdicts = {};  // of the test pairs, in order; empty: not known
};

// Data of a study where only one set is at hand: two halves, drawn by a fixed seed, with all samples of a
// picture on the same side.
struct StudyData {
  Dataset calibration, test;
};
StudyData halvesOf(const Dataset& data);

// Runs the points one after another; each finished one is told and, with a work folder, kept there as a file,
// from which a later run with the same model, data, options and program takes it. Studies of other models or
// data may share the folder. One process at a time has it; another one gets an Error that says who.
std::vector<StudyPoint> runStudy(const ModelPtr& model, const Dataset& calibration, const Dataset& test,
                                 const StudyOptions& options, const std::filesystem::path& workFolder,
                                 const JobControl& control,
                                 const std::function<void(const StudyPoint&)>& onPoint = {});

// By how much two methods part at one sparsity, pair by pair over the seeds that both were measured with (one
// without data goes with each seed of the other). Nothing where no such points know their verdicts.
std::optional<PairedDifference> differenceAt(const std::vector<StudyPoint>& points, const std::string& first,
                                             const std::string& second, double sparsity);

// Mean and sample standard deviation over the seeds of one method at one sparsity. Kinds named in `captions`
// are left out of accuracy and loss (or, with only = true, are the only ones counted).
struct StudySummary {
  double accuracy = 0, accuracyDeviation = 0;
  double loss = 0, lossDeviation = 0;
  int64_t seeds = 0;
};
StudySummary summarize(const std::vector<StudyPoint>& points, const std::string& method, double sparsity,
                       bool captions);

// Tables of a study in Markdown: whatever is measured over all samples (perplexity, agreement, recall, ...);
// and, where samples have kinds or nothing else is measured, question accuracy, question loss, caption
// accuracy, and accuracy by kind.
std::string studyTables(const std::vector<StudyPoint>& points, const StudyOptions& options);

nlohmann::json toJson(const StudyPoint& point);
StudyPoint studyPointFromJson(const nlohmann::json& json);

}  // namespace espalier
