#pragma once

#include <QString>
#include <filesystem>
#include <functional>

#include "core/engine/engine.h"

namespace espalier {

// Jobs of the window that take minutes keep their finished steps in a folder of the program's, as those of
// the command line do beside their output. One that failed, was stopped or ended with the program goes on
// after them when it is asked for again.

// The journal of a scoring in the folder, told from others by model, data and options; empty where the folder
// is. What else a step depends on the journal knows itself.
std::filesystem::path journalOfScoring(const QString& folder, const OpenModel& model,
                                       const Dataset& calibration, const ScoreOptions& options);

// Scores with the journal, which is removed when all is done. A journal that is damaged, in use by another
// window or cannot be written is done without, as it only saves time.
Scores scoreKeepingSteps(const std::filesystem::path& journal, ScoreOptions options,
                         const std::function<Scores(const ScoreOptions&)>& score);

// Removes what was left behind for longer than a person may come back for.
void removeOldSteps(const QString& folder);

}  // namespace espalier
