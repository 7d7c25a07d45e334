#pragma once

#include <functional>
#include <string>

#include "core/model/layers/transformer_layer.h"
#include "core/model/model.h"

namespace espalier {

// The sizes of SigLIP's vision tower (Zhai et al. 2023): CLIP's without a class token and a first norm, with
// a bias of the patches. Those of SigLIP 2, Idefics3, SmolVLM, Gemma 3 and PaliGemma are the same.
struct SiglipVisionConfig {
  int64_t width, inner, layers, heads, channels, patch;
  int64_t image = 0;  // side of the pictures it was trained on, in pixels
  double epsilon;
  Activation activation;

  // With the reference implementation's defaults for SigLIP.
  static SiglipVisionConfig parse(const nlohmann::json& visionConfig);
  // The same with another family's defaults of width, layers, heads and patch.
  static SiglipVisionConfig parse(const nlohmann::json& visionConfig, int64_t width, int64_t layers,
                                  int64_t heads, int64_t patch);
  int64_t side() const { return image / patch; }  // patches along one side
  int64_t patches() const { return side() * side(); }
};

// Adds the embeddings and the first `layers` layers: State::hidden ends as the last one's output, [pictures,
// patches, width], before the last norm. root is "vision_model.", "vision_tower.vision_model." and so on.
// Pictures of another size than the trained one get interpolated positions. `after` is called when the
// embeddings (0) and each layer (1, ...) have been added.
void addSiglipVision(Model& model, const SiglipVisionConfig& config, const std::string& root, int64_t layers,
                     const std::function<void(int64_t)>& after = {});

// The layers alone, for a tower that embeds its patches in another way.
void addSiglipLayers(Model& model, const SiglipVisionConfig& config, const std::string& root, int64_t layers,
                     const std::function<void(int64_t)>& after = {});

// The last norm, root + "post_layernorm", on State::hidden, which is then recorded as `record`.
void addSiglipNorm(Model& model, const SiglipVisionConfig& config, const std::string& root,
                   const std::string& record = "last_hidden_state");

}  // namespace espalier
