#pragma once

#include "core/sweep/run.h"

namespace espalier {

// When beam search stops before the longest text: as `early_stopping` of the reference implementation.
enum class EarlyStopping {
  Estimate,  // false, the default: no running beam, ended now, would beat the worst finished text
  WhenFull,  // true: as many texts have ended as there are beams
  Never,     // "never": no running beam can beat the worst finished text, however it goes on
};

struct BeamOptions {
  int64_t beams = 1;         // running texts of each row; 1: greedy
  double lengthPenalty = 1;  // a text's score is its log-probability / (new tokens) ^ lengthPenalty
  EarlyStopping earlyStopping = EarlyStopping::Estimate;
};

// Beam search as transformers 4.36 defines it (GenerationMixin.beam_search, BeamSearchScorer): of all
// continuations of a row's beams the 2 * beams likeliest are looked at (more with several end tokens); those
// that end, if among the first `beams`, are finished texts, of the others `beams` run on. A finished text's
// length includes its end token. Of equally likely continuations the first in (beam, token) order comes
// first. As generateGreedy in every other respect, but without step logits; sets GeneratedText::scores.
GeneratedText generateBeams(const Model& model, const Pass& pass, State state, int64_t maxNewTokens,
                            const BeamOptions& options);

}  // namespace espalier
