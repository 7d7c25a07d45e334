#pragma once

#include "core/model/component.h"
#include "core/model/state.h"

namespace espalier {

// Which positions of the hidden state before a block are real ones and not padding: float32 [rows, length],
// 1 or 0; undefined where all are. A position that may not see itself is padding; in a decoder whose places
// are those of the labels, so is one that nothing is predicted at.
at::Tensor realPositions(const State& before, Component component);

}  // namespace espalier
