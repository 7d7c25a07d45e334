#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/allocate/plan.h"
#include "core/engine/engine.h"
#include "core/engine/recover_model.h"

namespace espalier {

// What leads to a plan and a pruned model, to be said in commands.
struct CommandedWork {
  std::filesystem::path model, calibration, pairs;  // empty: there are none
  DataOptions calibrationOptions, pairsOptions;
  PromptForm prompt = PromptForm::Auto;
  bool scored = false;  // the plan is made from scores
  ScoreOptions score;
  Plan plan;
  bool capFollowsTarget = true;
  PruneOptions prune;
  RecoverOptions recover;        // how the pruned model was recovered; no methods: it was not
  bool recoveryStopped = false;  // by a person, who kept what it had reached
};

// The arguments of espalier-cli, one list a command: score, allocate, prune, evaluate. Flags with their
// defaults are left out. A plan that was bent by hand cannot be allocated again: it is then taken from
// plan.json, and needsPlan says that it has to be exported first. A recovery that a person stopped runs to
// its end here, which recoveryStopped says.
struct WorkCommands {
  std::vector<std::vector<std::string>> commands;
  bool needsPlan = false, recoveryStopped = false;
};
WorkCommands commandsOf(const CommandedWork& work);

// The same as lines for a POSIX shell, and for Python with the module espalier. Each begins with a comment
// where the plan has to be exported first, or a recovery was stopped.
std::string shellText(const WorkCommands& work);
std::string pythonText(const WorkCommands& work);

}  // namespace espalier
