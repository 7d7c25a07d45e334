#pragma once

#include "core/inputs/inputs.h"

namespace espalier {

// Models whose text has a token for each feature of a picture, asked plainly: the picture, the question, the
// answer. Instruct models are asked by their chat template instead (ChatInputs).
class PictureTextInputs : public Inputs {
 public:
  // Which tokens the model is told see each other both ways.
  enum class BothWays { None, Pictures, Prefix };

  PictureTextInputs(std::shared_ptr<const InputTools> tools, PictureFeatures features,
                    BothWays bothWays = BothWays::None)
      : Inputs(std::move(tools)), m_features(std::move(features)), m_bothWays(bothWays) {}

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override;

 private:
  std::vector<int64_t> promptOf(const Sample& sample) const;

  PictureFeatures m_features;
  BothWays m_bothWays;
};

}  // namespace espalier
