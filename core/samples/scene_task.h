#pragma once

#include <functional>
#include <memory>

#include "core/model/model.h"
#include "core/samples/scene_stage.h"
#include "core/train/trainer.h"

namespace espalier {

using Encode = std::function<std::vector<int64_t>(const std::string&)>;
using Decode = std::function<std::string(const std::vector<int64_t>&)>;

// Answers of a BLIP-2 with T5 about fresh scenes (cross-entropy of answers and captions), and dense labels
// (core/samples/dense_labels.h), without which the model stays at the answers' prior for a long time.
class SceneTask : public TrainingTask {
 public:
  SceneTask(std::shared_ptr<const Model> model, SceneStage stage, uint64_t seed, Encode encode,
            Decode decode);

  at::Tensor loss(const Weights& weights, int64_t step, int shard, int shards,
                  std::map<std::string, double>& log) const override;
  double learningRateFactor(const std::string& name) const override;
  std::map<std::string, double> validate(const Weights& weights) const override;

 private:
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
// With the heads of the dense labels.
std::map<std::string, at::Tensor> initialSceneWeights(const Model& model, uint64_t seed);

}  // namespace espalier
