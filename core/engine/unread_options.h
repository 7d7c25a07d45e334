#pragma once

#include <string>

#include "core/engine/engine.h"
#include "core/recover/options.h"

namespace espalier {

// Options that nothing reads beside the other choices: a step for scores that take none, a seed where no data
// are looked at. Whoever gives one means something by it, so that programs tell instead of passing over it.
//
// Each returns why the option of that key (of scoreFields(), pruneFields(), recoverFields()) changes nothing:
// a clause for people, "forward-mode takes no step". Empty: it is read. Throws Error (InvalidInput) for a
// name of a method that is none.
std::string whyUnread(const ScoreOptions& options, const std::string& key);  // also "target": stableTarget
std::string whyUnread(const PruneOptions& options, const std::string& key);
std::string whyUnread(const RecoverOptions& options, const std::string& key);
// Keys: "beams", "lengthPenalty", "earlyStopping", "prompt", "templates". Of an evaluation of the model with
// the data.
std::string whyUnread(const AnswerOptions& options, const OpenModel& model, const Dataset& data,
                      const std::string& key);

}  // namespace espalier
