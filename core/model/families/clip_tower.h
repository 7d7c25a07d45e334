#pragma once

#include <functional>
#include <string>

#include "core/model/layers/transformer_layer.h"
#include "core/model/model.h"

namespace espalier {

// The sizes of CLIP's vision tower, with the reference implementation's defaults.
struct ClipVisionConfig {
  int64_t width, inner, layers, heads, image, patch, channels;
  double epsilon;
  Activation activation;

  static ClipVisionConfig parse(const nlohmann::json& visionConfig);
  int64_t patches() const { return (image / patch) * (image / patch); }
};

// Adds the embeddings and the first `layers` layers: State::hidden ends as the last one's output, [pictures,
// 1 + patches, width]. root is "vision_model." or "vision_tower.vision_model."; with `recorded` the hidden
// states are. `after` is called when the embeddings (0) and each layer (1, ...) have been added.
void addClipVision(Model& model, const ClipVisionConfig& config, const std::string& root, int64_t layers,
                   bool recorded, const std::function<void(int64_t)>& after = {});

// What CLIP's layers are called.
TransformerLayerSpec clipLayer(int64_t width, int64_t inner, int64_t heads, double epsilon,
                               Activation activation);

}  // namespace espalier
