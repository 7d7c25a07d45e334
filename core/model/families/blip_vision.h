#pragma once

#include "core/model/model.h"

namespace espalier {

// The sizes of the vision tower that BLIP (ViT) and BLIP-2 (EVA ViT-g) share: pre-norm, fused qkv, class
// token.
struct BlipVisionConfig {
  int64_t width, inner, layers, heads, image, patch, channels;
  double epsilon;
  bool qkvBias;
  std::string activation;

  static BlipVisionConfig parseBlip(const nlohmann::json& visionConfig);
  static BlipVisionConfig parseBlip2(const nlohmann::json& visionConfig);
};

// Adds the tower: State::hidden ends as the picture's features after the final norm, [pictures, 1 + patches,
// width].
void addBlipVision(Model& model, const BlipVisionConfig& config);

}  // namespace espalier
