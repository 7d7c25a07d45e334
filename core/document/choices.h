#pragma once

#include "core/engine/engine.h"

namespace espalier {

// How a person chose to score and to prune: what undo brings back beside the plan.
struct Choices {
  ScoreOptions score;
  PruneOptions prune;
};

// Whether they lead to the same numbers; where a job keeps its journal is no matter.
bool sameChoices(const ScoreOptions& a, const ScoreOptions& b);
bool sameChoices(const PruneOptions& a, const PruneOptions& b);
bool sameChoices(const Choices& a, const Choices& b);

}  // namespace espalier
