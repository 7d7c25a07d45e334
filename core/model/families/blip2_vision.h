#pragma once

#include "core/model/model.h"

namespace espalier {

// Adds BLIP-2's vision tower (EVA ViT: pre-norm, fused qkv, class token): State::hidden ends as the picture's features
// after the final norm, [pictures, 1 + patches, width].
void addBlip2Vision(Model& model, const nlohmann::json& visionConfig);

}  // namespace espalier
