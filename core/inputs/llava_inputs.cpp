#include "core/inputs/prompt_inputs.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// LLaVA-1.5's conversation: the picture, a question, the answer.
class LlavaInputs : public Inputs {
 public:
  explicit LlavaInputs(std::shared_ptr<const InputTools> tools)
      : Inputs(std::move(tools)), m_pictureToken(configPictureToken(this->tools().model().config(), 32000)) {}

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    auto batch = std::make_shared<Batch>();
    tools().addPictures(*batch, samples);
    std::vector<PromptAndAnswer> rows;
    const auto& generation = *tools().model().generation();
    for (const auto& s : samples) {
      auto& row = rows.emplace_back(
          PromptAndAnswer{promptOf(s.question.empty() ? "Describe the picture." : s.question), {}});
      row.answer = tokenizer().encodePlain(s.answer);
      if (!generation.endTokens.empty()) row.answer.push_back(generation.endTokens[0]);
    }
    // Texts filled up with the configuration's pad token are known to be filled up at the right.
    addPrompts(*batch, rows,
               configValue<int64_t>(tools().model().config(), "pad_token_id", generation.padToken));
    return batch;
  }

 private:
  // The picture's token is put in by its id: the tokenizer need not know it.
  std::vector<int64_t> promptOf(const std::string& question) const {
    auto ids = tokenizer().encode("USER: ");
    if (const auto end = tokenizer().special().eos; end && !ids.empty() && ids.back() == *end) ids.pop_back();
    ids.push_back(m_pictureToken);
    const auto rest = tokenizer().encodePlain("\n" + question + " ASSISTANT:");
    ids.insert(ids.end(), rest.begin(), rest.end());
    return ids;
  }

  int64_t m_pictureToken;
};

}  // namespace

std::unique_ptr<Inputs> llavaInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<LlavaInputs>(std::move(tools));
}

// One token for each feature of the tower, whose picture is of one size.
PicturePrompt llavaPrompt(const nlohmann::json& config, const Tokenizer* tokenizer) {
  const auto vision = configSection(config, "vision_config");
  const int64_t along = patchesAlong(config, 336, 14);
  const bool classToken =
      configValue<std::string>(vision, "model_type", "clip_vision_model") == "clip_vision_model";
  const bool whole = configValue<std::string>(config, "vision_feature_select_strategy", "default") == "full";
  // "default" leaves the first place out, be it a class token's or, of a tower without one, a patch's.
  const int64_t features = along * along + (classToken ? 1 : 0) - (whole ? 0 : 1);
  return repeatedToken(tokenizer, configPictureToken(config, 32000),
                       countedInTiles([features](const PictureLayout&) { return features; }));
}

}  // namespace espalier
