#include "core/inputs/prompt_inputs.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// Qwen2-VL and what came after it: the picture between its marks, a token for each feature it makes; the
// question; the answer.
class QwenInputs : public Inputs {
 public:
  // The tokens of the published models, for configurations that do not name theirs.
  struct UsualTokens {
    int64_t picture, start, end;
  };

  QwenInputs(std::shared_ptr<const InputTools> tools, const UsualTokens& usual) : Inputs(std::move(tools)) {
    const auto& config = this->tools().model().config();
    m_pictureToken = configPictureToken(config, usual.picture);
    m_startToken = configValue<int64_t>(config, "vision_start_token_id", usual.start);
    m_endToken = configValue<int64_t>(config, "vision_end_token_id", usual.end);
    m_merge = configSize(configSection(config, "vision_config"), "spatial_merge_size", 2);
  }

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
    return batch;
  }

 private:
  // The marks are put in by their ids: the tokenizer need not know them.
  std::vector<int64_t> promptOf(const Sample& sample) const {
    std::vector<int64_t> ids{m_startToken};
    const auto layout = tools().layoutOf(sample);
    if (layout.patchRows * layout.patchColumns == 0)
      throw Error(ErrorKind::InvalidInput,
                  "The model takes pictures cut into patches, which this folder's picture processor does not "
                  "make; one of class Qwen2VLImageProcessor was expected in preprocessor_config.json.");
    const auto features = layout.patchRows * layout.patchColumns / (m_merge * m_merge);
    ids.insert(ids.end(), size_t(features), m_pictureToken);
    ids.push_back(m_endToken);
    const auto question = sample.question.empty() ? std::string("Describe the picture.") : sample.question;
    const auto rest = tokenizer().encodePlain(question + "\n");
    ids.insert(ids.end(), rest.begin(), rest.end());
    return ids;
  }

  int64_t m_pictureToken, m_startToken, m_endToken, m_merge;
};

}  // namespace

std::unique_ptr<Inputs> qwenInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<QwenInputs>(std::move(tools), QwenInputs::UsualTokens{151655, 151652, 151653});
}

std::unique_ptr<Inputs> qwen35Inputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<QwenInputs>(std::move(tools), QwenInputs::UsualTokens{248056, 248053, 248054});
}

PicturePrompt qwenPrompt(const nlohmann::json& config, const Tokenizer* tokenizer) {
  const int64_t merge = configSize(configSection(config, "vision_config"), "spatial_merge_size", 2);
  return repeatedToken(tokenizer, configPictureToken(config, 151655),
                       countedInPatches([merge](const PictureLayout& l) {
                         return l.patchRows * l.patchColumns / (merge * merge);
                       }));
}

}  // namespace espalier
