#pragma once

#include <string>

#include "core/model/pass.h"
#include "core/model/state.h"

namespace espalier {

// Positions a head has to look at: all of x [N, L, width], or while text is generated only the last,
// unless Decoding::everyLogit.
at::Tensor headInput(const State& state, const at::Tensor& x);

// The loss of a decoder's logits against the labels (State::labels or those of the inputs): each position
// predicts the next label. Logits of positions before the first label are dropped from State::logits. Nothing
// without labels or while text is generated.
void setDecoderLoss(State& state, double smoothing = 0);

}  // namespace espalier
