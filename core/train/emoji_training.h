#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/progress.h"

namespace espalier {

// Trains the second sample, a CLIP on emoji, as the configuration says ("task": "emoji"): reads the font and
// the list of names, trains the tokenizer, the model (going on from folder/checkpoint.safetensors), and
// writes folder/model as a Hugging Face folder in half precision and, as image-text pairs, folder/calibration
// (emoji trained on), folder/seen (others of these) and folder/held-out. The pictures stay on this machine:
// they belong to the font.
void trainEmojiModel(const nlohmann::json& configuration, const std::filesystem::path& folder,
                     const JobControl& control);

}  // namespace espalier
