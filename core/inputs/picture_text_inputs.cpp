#include "core/inputs/picture_prompt.h"
#include "core/inputs/prompt_inputs.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// Models whose text has a token for each feature of a picture, asked plainly: the picture, the question, the
// answer. Instruct models are asked by their chat template instead (ChatInputs).
class PictureTextInputs : public Inputs {
 public:
  // Which tokens the model is told see each other both ways.
  enum class BothWays { None, Pictures, Prefix };

  PictureTextInputs(std::shared_ptr<const InputTools> tools, BothWays bothWays)
      : Inputs(std::move(tools)),
        m_features(*pictureFeaturesOf(this->tools().model().config())),
        m_bothWays(bothWays) {}

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    auto batch = std::make_shared<Batch>();
    tools().addPictures(*batch, samples);
    std::vector<PromptAndAnswer> rows;
    const auto& generation = *tools().model().generation();
    for (const auto& s : samples) {
      auto& row = rows.emplace_back(PromptAndAnswer{promptOf(s), tokenizer().encodePlain(s.answer)});
      if (!generation.endTokens.empty()) row.answer.push_back(generation.endTokens[0]);
    }
    addPrompts(*batch, rows, generation.padToken);
    // What sees itself both ways: pictures (1), or all that is no answer (0).
    const auto& ids = batch->at("input_ids");
    if (m_bothWays == BothWays::Pictures)
      batch->tensors["token_type_ids"] = (ids == m_features.token).to(at::kLong);
    else if (m_bothWays == BothWays::Prefix)
      batch->tensors["token_type_ids"] = (batch->at("labels") != kIgnoredLabel).to(at::kLong);
    return batch;
  }

 private:
  // The picture's token is put in by its id: the tokenizer need not know it.
  std::vector<int64_t> promptOf(const Sample& sample) const {
    std::vector<int64_t> ids(size_t(m_features.count(tools().layoutOf(sample))), m_features.token);
    const auto question = sample.question.empty() ? std::string("Describe the picture.") : sample.question;
    const auto rest = tokenizer().encodePlain(question + "\n");
    ids.insert(ids.end(), rest.begin(), rest.end());
    return ids;
  }

  PictureFeatures m_features;
  BothWays m_bothWays;
};

}  // namespace

std::unique_ptr<Inputs> pictureTextInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<PictureTextInputs>(std::move(tools), PictureTextInputs::BothWays::None);
}

std::unique_ptr<Inputs> gemma3Inputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<PictureTextInputs>(std::move(tools), PictureTextInputs::BothWays::Pictures);
}

std::unique_ptr<Inputs> paliGemmaInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<PictureTextInputs>(std::move(tools), PictureTextInputs::BothWays::Prefix);
}

}  // namespace espalier
