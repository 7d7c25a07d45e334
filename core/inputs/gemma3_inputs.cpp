#include "core/inputs/picture_text_inputs.h"
#include "core/model/layers/config_value.h"

namespace espalier {

// The whole picture, and its parts where it was cut, in words.
PicturePrompt gemma3Prompt(const nlohmann::json& config, const Tokenizer* tokenizer) {
  const int64_t each = configSize(config, "mm_tokens_per_image", 256);
  const int64_t token = configPictureToken(config, 262144);
  const auto begin =
      tokenText(tokenizer, configValue<int64_t>(config, "boi_token_index", 255999), "a picture's begin");
  const auto end =
      tokenText(tokenizer, configValue<int64_t>(config, "eoi_token_index", 256000), "a picture's end");
  const auto one =
      "\n\n" + begin + repeatedText(tokenText(tokenizer, token, "pictures"), each) + end + "\n\n";
  const auto expand = [one](const PictureLayout& l) {
    if (l.tiles == 1) return one;
    std::string out = "Here is the original image " + one + " and here are some crops to help you see better";
    return out + repeatedText(" " + one, l.tiles - 1);
  };
  return {begin, expand, {token, countedInTiles([each](const PictureLayout& l) { return l.tiles * each; })}};
}

std::unique_ptr<Inputs> gemma3Inputs(std::shared_ptr<const InputTools> tools) {
  const auto features = gemma3Prompt(tools->model().config(), nullptr).features;
  return std::make_unique<PictureTextInputs>(std::move(tools), features,
                                             PictureTextInputs::BothWays::Pictures);
}

}  // namespace espalier
