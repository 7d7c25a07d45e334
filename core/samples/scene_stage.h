#pragma once

#include <ATen/ATen.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/samples/scene.h"
#include "core/train/trainer.h"

namespace espalier {

// One stage of training on scenes: what is drawn and asked, and how it is trained.
struct SceneStage {
  std::string name;
  bool visionOnly = false;  // only the vision tower, on dense labels
  int64_t picturesPerStep = 64;
  int64_t questionsPerPicture = 6;
  int64_t conversationsPerPicture = 2;   // of models that converse: among how many the questions are divided
  double denseWeight = 0.3;              // of the dense labels' loss beside the answers'
  double captionWeight = 0.3;            // of models that converse: of a caption's token beside an answer's
  double endWeight = 1;                  // the same of the token that ends an answer
  double visionRate = 0.3;               // learning rate of the vision tower, as a factor
  std::vector<double> objects{1, 1, 1};  // how often 1, 2, 3 objects
  std::map<std::string, double> kinds;   // how often each question kind; absent kinds: 1
  TrainingOptions options;

  // Keys by the names above, "kind" ("vision" or "joint") and those of TrainingOptions.
  static SceneStage parse(const nlohmann::json& config);
  // Those in the list "stages" of a configuration; none where it has no such list.
  static std::vector<SceneStage> parseAll(const nlohmann::json& configuration);

  // A fresh scene with as many objects as the stage wants them.
  Scene draw(CounterRandom& random) const;
  // A question about it, captions excepted, of a kind as often as the stage wants it.
  SceneQuestion ask(const Scene& scene, CounterRandom& random) const;
};

constexpr double kPixelMean = 0.5, kPixelDeviation = 0.25;

// Pixels of scenes as the model takes them: [scenes, 3, side, side], (value / 255 - mean) / deviation.
at::Tensor pixelsOf(const std::vector<Scene>& scenes);

}  // namespace espalier
