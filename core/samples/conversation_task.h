#pragma once

#include <memory>

#include "core/model/model.h"
#include "core/samples/scene_conversation.h"
#include "core/samples/scene_stage.h"
#include "core/train/trainer.h"

namespace espalier {

// Conversations of several turns about fresh scenes, for an Idefics3: cross-entropy of what the assistant
// says, and dense labels of the tower's patches. Each conversation has questions of different kinds; one of a
// picture's conversations has the caption among its turns.
class ConversationTask : public TrainingTask {
 public:
  ConversationTask(std::shared_ptr<const Model> model, SceneStage stage, uint64_t seed,
                   std::shared_ptr<const Tokenizer> tokenizer);

  at::Tensor loss(const Weights& weights, int64_t step, int shard, int shards,
                  std::map<std::string, double>& log) const override;
  double learningRateFactor(const std::string& name) const override;
  bool isInnerMatrix(const std::string& name) const override;
  // Shares of answers whose every token is the likeliest after those before: each kind asked first in a
  // conversation, "questions" all of these but captions, "later turns" the questions of one conversation
  // about each scene, of all kinds.
  std::map<std::string, double> validate(const Weights& weights) const override;

 private:
  struct Answers;
  Answers answer(const Weights& weights, State state,
                 const std::vector<std::pair<size_t, std::vector<SceneQuestion>>>& conversations) const;

  std::shared_ptr<const Model> m_model;
  SceneStage m_stage;
  uint64_t m_seed;
  std::shared_ptr<const Tokenizer> m_tokenizer;
  size_t m_connector = 0;
  int64_t m_features = 0;  // of a picture
};

// First weights of an Idefics3 that is trained from nothing, by each tensor's role, with the heads of the
// dense labels. tower: a folder of a BLIP-2 whose vision tower of the same size it begins with, where not
// empty: SigLIP's differs from it by the class token and an approximation in GELU. Throws Error where it is
// another.
std::map<std::string, at::Tensor> initialConversationWeights(const Model& model, uint64_t seed,
                                                             const std::filesystem::path& tower);

}  // namespace espalier
