#pragma once

#include <algorithm>

#include "core/engine/engine.h"

namespace espalier {

// How many blocks ModelInfo::prunableParameters are in: those pruned by default. A bridge, which is left
// alone, is none.
inline int64_t prunableBlocks(const ModelInfo& info) {
  return std::count_if(info.blocks.begin(), info.blocks.end(),
                       [](const auto& b) { return b.prunedByDefault && !b.matrices.empty(); });
}

}  // namespace espalier
