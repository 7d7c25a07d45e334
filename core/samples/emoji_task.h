#pragma once

#include <memory>

#include "core/model/model.h"
#include "core/samples/emoji.h"
#include "core/train/trainer.h"

namespace espalier {

// Pixels of pictures of one size as a model takes them: [pictures, 3, side, side], (value / 255 - mean) /
// deviation of each channel, CLIP's.
at::Tensor clipPixelsOf(const std::vector<Image>& pictures);

// Emoji pictures with their names, for a CLIP: the symmetric contrastive loss among the pairs of a shard.
// Each step takes different emoji, each drawn anew; those with many skin tones less often.
class EmojiTask : public TrainingTask {
 public:
  // names: token ids of each emoji's name, as the model takes them. pairsPerStep is divided among the shards.
  EmojiTask(std::shared_ptr<const Model> model, std::shared_ptr<const std::vector<Emoji>> emoji,
            std::vector<std::vector<int64_t>> names, int64_t padToken, int64_t pairsPerStep, uint64_t seed);

  at::Tensor loss(const Weights& weights, int64_t step, int shard, int shards,
                  std::map<std::string, double>& log) const override;
  // Recall at 1 both ways among those held out ("held out TR@1", "held out IR@1") and among as many of the
  // others.
  std::map<std::string, double> validate(const Weights& weights) const override;

 private:
  std::vector<size_t> drawn(int64_t step) const;
  std::shared_ptr<Batch> batchOf(const std::vector<size_t>& which, const std::vector<Image>& pictures) const;

  std::shared_ptr<const Model> m_model;
  std::shared_ptr<const std::vector<Emoji>> m_emoji;
  std::vector<std::vector<int64_t>> m_names;
  int64_t m_padToken, m_pairsPerStep;
  uint64_t m_seed;
  int m_side;
  std::vector<size_t> m_trained;  // which are trained on
  std::vector<double> m_rarity;   // of each of these: 1 / how often it is to be drawn
};

// First weights of a CLIP that is trained from nothing, by each tensor's role.
std::map<std::string, at::Tensor> initialClipWeights(const Model& model, uint64_t seed);

}  // namespace espalier
