#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/image/picture_processor.h"
#include "core/text/tokenizer.h"

namespace espalier {

// How the text of a model represents a picture: what a chat template writes for it, and what the family's
// processor in transformers expands that to for a picture that is divided into tiles.
struct PicturePrompt {
  std::string placeholder;  // "<image>", "<|image_pad|>", "<start_of_image>" ...
  std::function<std::string(const PictureLayout&)> expand;
  int64_t token = 0;                                      // the picture's features replace it
  std::function<int64_t(const PictureLayout&)> features;  // how many: `token` occurs so often
};

// The token that a picture's features replace, and how many features a picture has.
struct PictureFeatures {
  int64_t token = 0;
  std::function<int64_t(const PictureLayout&)> count;
};

// By config.json's model_type, whatever the tokenizer knows; nothing for a model whose text holds no
// pictures.
std::optional<PictureFeatures> pictureFeaturesOf(const nlohmann::json& config);

// By config.json's model_type; nothing for a model whose text holds no pictures. Throws Error if the
// tokenizer lacks the picture's token.
std::optional<PicturePrompt> picturePromptOf(const nlohmann::json& config, const Tokenizer& tokenizer);
// Whether there is one for such a model.
bool holdsPictures(const nlohmann::json& config);

}  // namespace espalier
