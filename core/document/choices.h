#pragma once

#include "core/engine/engine.h"
#include "core/engine/recover_model.h"

namespace espalier {

// How a person chose to score, to prune and to get accuracy back: what undo brings back beside the plan.
struct Choices {
  ScoreOptions score;
  PruneOptions prune;
  RecoverOptions recover{.methods = "rebuild"};
};

// Whether they lead to the same numbers; where a job keeps its journal is no matter.
bool sameChoices(const ScoreOptions& a, const ScoreOptions& b);
bool sameChoices(const PruneOptions& a, const PruneOptions& b);
bool sameChoices(const RecoverOptions& a, const RecoverOptions& b);
bool sameChoices(const Choices& a, const Choices& b);

}  // namespace espalier
