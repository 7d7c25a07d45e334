#include "core/document/choices.h"

namespace espalier {

bool sameChoices(const ScoreOptions& a, const ScoreOptions& b) {
  return option_fields::differing(scoreFields(), a, b).empty() && a.stableTarget == b.stableTarget;
}

bool sameChoices(const PruneOptions& a, const PruneOptions& b) {
  return option_fields::differing(pruneFields(), a, b).empty();
}

bool sameChoices(const RecoverOptions& a, const RecoverOptions& b) {
  return option_fields::differing(recoverFields(), a, b).empty();
}

bool sameChoices(const Choices& a, const Choices& b) {
  return sameChoices(a.score, b.score) && sameChoices(a.prune, b.prune) && sameChoices(a.recover, b.recover);
}

}  // namespace espalier
