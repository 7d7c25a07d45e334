#pragma once

#include "core/model/model.h"

namespace espalier {

// Adds BLIP-2's Q-Former: State::hidden (picture features) is read by learned queries through cross-attention
// and becomes the queries' output, [pictures, queries, width].
void addQFormer(Model& model, const nlohmann::json& qformerConfig, int64_t queries, int64_t visionWidth);

}  // namespace espalier
