#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/progress.h"

namespace espalier {

// Trains the bundled sample model, a small BLIP-2, on fresh scenes (core/samples/scene.h) and writes it to
// folder/model as a Hugging Face folder: config.json, model.safetensors (float16), spiece.model, tokenizer
// and preprocessor configuration. configuration: "model" (a config.json), "seed", "tokenizer", "stages": a
// list of {name, kind: "vision" | "joint", picturesPerStep, questionsPerPicture, objects: weights of 1, 2, 3
// objects, kinds: weights of question kinds, ...} with the keys of TrainingOptions. Interrupted, it goes on
// from folder's last checkpoint.
void trainSceneModel(const nlohmann::json& configuration, const std::filesystem::path& folder,
                     const JobControl& control);

}  // namespace espalier
