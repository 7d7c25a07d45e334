#include <cmath>

#include "core/inputs/picture_text_inputs.h"
#include "core/model/layers/config_value.h"

namespace espalier {

PicturePrompt internVlPrompt(const nlohmann::json& config, const Tokenizer* tokenizer) {
  const double ratio = configValue<double>(config, "downsample_ratio", 0.5);
  const int64_t along = patchesAlong(config, 448, 14);
  const int64_t each = configSize(config, "image_seq_length",
                                  std::max<int64_t>(1, std::llround(double(along * along) * ratio * ratio)));
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
