#pragma once

#include <filesystem>

#include "core/samples/scene.h"

namespace espalier {

// A folder of fresh scenes as image-text pairs: pictures as PNG, metadata.jsonl with question, answer and
// kind.
struct SceneDatasetOptions {
  std::string stream;  // which of the seed's endless scenes: "test", "calibration", ...; training uses others
  uint64_t seed = 1;
  int64_t pictures = 64;
  int64_t pairsPerPicture = 1;  // 0: every kind the scene allows, the caption among them
  SceneWorld world = SceneWorld::Train;
};

// Kinds take turns, so that each is asked about as often. Throws Error where the folder cannot be written.
void writeSceneDataset(const std::filesystem::path& folder, const SceneDatasetOptions& options);

}  // namespace espalier
