#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/progress.h"

namespace espalier {

// Trains the third sample, an Idefics3 as SmolVLM is one, on conversations about fresh scenes ("task":
// "conversations") and writes it to folder/model as a Hugging Face folder in bfloat16: config.json,
// generation_config.json, preprocessor_config.json, processor_config.json, chat_template.jinja,
// tokenizer.json, tokenizer_config.json, model.safetensors. configuration: "model" (a config.json), "seed",
// "tokenizer", "tower" ("sample": it begins with the first sample's; absent: from nothing), "stages" as
// trainSceneModel has them. Interrupted, it goes on from folder's last checkpoint.
void trainConversationModel(const nlohmann::json& configuration, const std::filesystem::path& folder,
                            const JobControl& control);

// Only the data: folder/calibration and folder/pairs, kept where they are there already.
void writeConversationData(const nlohmann::json& configuration, const std::filesystem::path& folder);

}  // namespace espalier
