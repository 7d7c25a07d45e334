#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "core/engine/recover_model.h"

namespace espalier::cli {

// Flags that several commands share.
void addScoreFlags(CLI::App& command, ScoreOptions& options);
void addPruneFlags(CLI::App& command, PruneOptions& options);
// alone: in a command that does nothing else; otherwise its flags say what they are of, "--recover-samples".
void addRecoverFlags(CLI::App& command, RecoverOptions& options, bool alone);
// --prompt-form.
void addPromptFlag(CLI::App& command, PromptForm& form);
// --restart. The journal's path is the command's to give.
void addJournalFlag(CLI::App& command, JournalOptions& options);
// Lets the command keep its finished steps beside the file `out`, and holds that place for as long as the
// options live; where `out` is a device or a pipe nothing is kept.
void keepJournalBeside(JournalOptions& options, const std::string& out);
// Opens a model and tells on standard error what its folder holds that it does without.
ModelPtr openModelTold(const std::string& folder, PromptForm prompt = PromptForm::Auto);
// Runs `write`, which fills a folder that was not there, or was empty. Throws Error where it holds something;
// what a failure leaves in it is removed, so that the same command can be given again.
void writeFolder(const std::string& folder, const std::function<void()>& write);
// A path of the command line as a file elsewhere names it: absolute.
std::string absolutePath(const std::string& path);
// The same of the paths among options of data.
DataOptions absolutePaths(DataOptions options);
// Check of a seed or a count: digits alone. A number below 0 would be taken for a huge one.
CLI::Validator wholeNumber();
// Checks of all numbers of a command and those below it, as they are written: whole numbers are decimal
// digits, of 64 bits, fractions are finite. CLI11 takes 010 for 8, -1 for 2^64 - 1 where nothing is below 0,
// and what is beyond a type for its largest number.
void checkNumbers(CLI::App& command);

}  // namespace espalier::cli
