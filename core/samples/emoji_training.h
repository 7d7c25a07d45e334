#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/progress.h"

namespace espalier {

// Trains the second sample, a CLIP on emoji, as the configuration says ("task": "emoji"): reads the font and
// the list of names, trains the tokenizer, the model (going on from folder/checkpoint.safetensors), and
// writes folder/model as a Hugging Face folder in half precision and, as image-text pairs, folder/calibration
// (emoji trained on), folder/seen (others of these), folder/held-out and folder/pairs (a few of these). The
// pictures stay on this machine: they belong to the font.
void trainEmojiModel(const nlohmann::json& configuration, const std::filesystem::path& folder,
                     const JobControl& control);

// Only the data sets, for a model that is trained already. font, list: files other than those the
// configuration names, where not empty. Throws Error naming the file, and the Debian package it comes from,
// where one is missing.
void writeEmojiData(nlohmann::json configuration, const std::filesystem::path& font,
                    const std::filesystem::path& list, const std::filesystem::path& folder);

}  // namespace espalier
