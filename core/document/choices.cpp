#include "core/document/choices.h"

#include <tuple>

namespace espalier {

namespace {

auto tied(const ScoreOptions& o) {
  return std::tie(o.method, o.samples, o.batchSize, o.draws, o.eps, o.seed, o.includeBridge, o.statistics,
                  o.untilStable, o.stableTarget);
}

auto tied(const PruneOptions& o) {
  return std::tie(o.criterion, o.refinement, o.official, o.pattern, o.comparison, o.inputs, o.samples,
                  o.batchSize, o.seed);
}

}  // namespace

bool sameChoices(const ScoreOptions& a, const ScoreOptions& b) {
  return tied(a) == tied(b);
}

bool sameChoices(const PruneOptions& a, const PruneOptions& b) {
  return tied(a) == tied(b);
}

bool sameChoices(const Choices& a, const Choices& b) {
  return sameChoices(a.score, b.score) && sameChoices(a.prune, b.prune);
}

}  // namespace espalier
