#include <cmath>

#include "core/inputs/picture_text_inputs.h"
#include "core/model/layers/config_value.h"

namespace espalier {

PicturePrompt internVlPrompt(const nlohmann::json& config, const Tokenizer* tokenizer) {
  // What the model makes of a tile. "image_seq_length" may say otherwise: published files and those that
  // transformers writes keep a number there that the model does not look at.
  const double ratio = configValue<double>(config, "downsample_ratio", 0.5);
  const auto vision = configSection(config, "vision_config");
  const auto image = configSides(vision, "image_size", 448);
  const int64_t patch = configSquare(vision, "patch_size", 14);
  const double patches = double(image.rows / patch) * double(image.columns / patch);
  const int64_t each = std::max<int64_t>(1, std::llround(patches * ratio * ratio));
  auto prompt = repeatedToken(tokenizer, configPictureToken(config, 151667),
                              countedInTiles([each](const PictureLayout& l) { return l.tiles * each; }));
  prompt.expand = [places = prompt.expand](const PictureLayout& l) { return "<img>" + places(l) + "</img>"; };
  return prompt;
}

std::unique_ptr<Inputs> internVlInputs(std::shared_ptr<const InputTools> tools) {
  const auto features = internVlPrompt(tools->model().config(), nullptr).features;
  return std::make_unique<PictureTextInputs>(std::move(tools), features);
}

}  // namespace espalier
