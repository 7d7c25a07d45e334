#pragma once

#include <CLI/CLI.hpp>

#include "core/engine/engine.h"

namespace espalier::cli {

// Flags that several commands share.
void addScoreFlags(CLI::App& command, ScoreOptions& options);
void addPruneFlags(CLI::App& command, PruneOptions& options);
// --prompt-form.
void addPromptFlag(CLI::App& command, PromptForm& form);
// --restart. The journal's path is the command's to give.
void addJournalFlag(CLI::App& command, JournalOptions& options);

}  // namespace espalier::cli
