#pragma once

#include <functional>
#include <memory>

#include "core/model/model.h"
#include "core/samples/scene.h"
#include "core/train/trainer.h"

namespace espalier {

using Encode = std::function<std::vector<int64_t>(const std::string&)>;
using Decode = std::function<std::string(const std::vector<int64_t>&)>;

// One stage of the sample model's training.
struct SceneStage {
  std::string name;
  bool visionOnly = false;  // only the vision tower, on dense labels
  int64_t picturesPerStep = 64;
  int64_t questionsPerPicture = 6;
  double denseWeight = 0.3;              // of the dense labels' loss beside the answers'
  double visionRate = 0.3;               // learning rate of the vision tower, as a factor
  std::vector<double> objects{1, 1, 1};  // how often 1, 2, 3 objects
  std::map<std::string, double> kinds;   // how often each question kind; absent kinds: 1
  TrainingOptions options;

  static SceneStage parse(const nlohmann::json& config);
};

// Answers about fresh scenes (cross-entropy of answers and captions), and dense labels of every patch (shape,
// colour, size, texture and offset of the object under it) through heads that are thrown away after training.
// Without the dense labels the model stays at the answers' prior for a long time.
class SceneTask : public TrainingTask {
 public:
  SceneTask(std::shared_ptr<const Model> model, SceneStage stage, uint64_t seed, Encode encode,
            Decode decode);

  at::Tensor loss(const Weights& weights, int64_t step, int shard, int shards,
                  std::map<std::string, double>& log) const override;
  double learningRateFactor(const std::string& name) const override;
  std::map<std::string, double> validate(const Weights& weights) const override;

 private:
  Scene drawFor(CounterRandom& random) const;
  SceneQuestion drawQuestion(const Scene& scene, CounterRandom& random) const;
  at::Tensor denseLoss(const Weights& weights, const State& state, const std::vector<Scene>& scenes,
                       std::map<std::string, double>& log) const;
  at::Tensor answerLoss(const Weights& weights, const State& state,
                        const std::vector<std::vector<SceneQuestion>>& questions, double& accuracy) const;

  std::shared_ptr<const Model> m_model;
  SceneStage m_stage;
  uint64_t m_seed;
  Encode m_encode;
  Decode m_decode;
  size_t m_visionEnd = 0;   // first block after the vision tower
  size_t m_projection = 0;  // where text joins
};

// First weights of a model that is trained from nothing: by each tensor's role, told from its name and shape.
// With heads for the dense labels under "dense.".
std::map<std::string, at::Tensor> initialSceneWeights(const Model& model, uint64_t seed);

constexpr double kPixelMean = 0.5, kPixelDeviation = 0.25;

// Pixels of scenes as the model takes them: [scenes, 3, side, side], (value / 255 - mean) / deviation.
at::Tensor pixelsOf(const std::vector<Scene>& scenes);

}  // namespace espalier
