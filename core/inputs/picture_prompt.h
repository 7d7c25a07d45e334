#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "core/image/picture_processor.h"
#include "core/text/tokenizer.h"

namespace espalier {

// The token that a picture's features replace, and how many features a picture has.
struct PictureFeatures {
  int64_t token = 0;
  std::function<int64_t(const PictureLayout&)> count;
};

// How the text of a model represents a picture: what a chat template writes for it, and what the family's
// processor in transformers expands that to for a picture that is divided into tiles.
struct PicturePrompt {
  std::string placeholder;  // "<image>", "<|image_pad|>", "<start_of_image>" ...
  std::function<std::string(const PictureLayout&)> expand;
  PictureFeatures features;  // the token occurs as often as there are features
};

// A family's prompt by its config.json. Without a tokenizer (null) the texts mean nothing, but the features
// do. Throws Error if the tokenizer lacks the picture's token.
using PicturePromptMaker = PicturePrompt (*)(const nlohmann::json& config, const Tokenizer* tokenizer);

// ---- For the families' makers

// Patches along a side of the square that the tower of "vision_config" takes; size and patch: the defaults of
// its "image_size" and "patch_size".
int64_t patchesAlong(const nlohmann::json& config, int64_t size, int64_t patch);

std::string repeatedText(const std::string& text, int64_t times);

// The text of a token; what: of what it is, for errors. Without a tokenizer a text that stands for it.
std::string tokenText(const Tokenizer* tokenizer, int64_t token, const char* what);

// How many features a picture of some layout has, for families whose towers take whole pictures or tiles, or
// patches cut beforehand: throws Error (InvalidInput) where the folder's picture processor makes the other,
// and so is that of another family.
using FeatureCount = std::function<int64_t(const PictureLayout&)>;
FeatureCount countedInTiles(FeatureCount count);
FeatureCount countedInPatches(FeatureCount count);

// The picture's token again and again.
PicturePrompt repeatedToken(const Tokenizer* tokenizer, int64_t token,
                            const std::function<int64_t(const PictureLayout&)>& features);

}  // namespace espalier
