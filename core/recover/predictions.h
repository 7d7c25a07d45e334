#pragma once

#include <ATen/ATen.h>

#include "core/model/model.h"
#include "core/model/state.h"

namespace espalier {

// What a model predicts that counts, at the end of a pass without gradients.
struct Predictions {
  at::Tensor places;   // int64 [n]: rows of the logits, [all rows and positions, classes]
  at::Tensor targets;  // int64 [n]: what the data say there; undefined of a classifier without labels
};

// Tokens of answers and texts, classes of pictures; empty places where the state predicts nothing.
Predictions predictionsOf(const Model& model, const State& after);

}  // namespace espalier
