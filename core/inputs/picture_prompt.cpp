#include "core/inputs/picture_prompt.h"

#include <algorithm>

#include "core/model/layers/config_value.h"

namespace espalier {

int64_t patchesAlong(const nlohmann::json& config, int64_t size, int64_t patch) {
  const auto vision = configSection(config, "vision_config");
  return configSquare(vision, "image_size", size) / configSquare(vision, "patch_size", patch);
}

std::string repeatedText(const std::string& text, int64_t times) {
  std::string out;
  out.reserve(text.size() * size_t(std::max<int64_t>(0, times)));
  for (int64_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string tokenText(const Tokenizer* tokenizer, int64_t token, const char* what) {
  if (!tokenizer) return "<picture>";
  const auto text = tokenizer->piece(token);
  if (text.empty())
    throw Error(ErrorKind::Format, "config.json gives token " + std::to_string(token) + " as that of " +
                                       what + ", and the tokenizer has none of that number.");
  return text;
}

PicturePrompt repeatedToken(const Tokenizer* tokenizer, int64_t token,
                            const std::function<int64_t(const PictureLayout&)>& features) {
  const auto text = tokenText(tokenizer, token, "pictures");
  return {text,
          [text, features](const PictureLayout& l) { return repeatedText(text, features(l)); },
          {token, features}};
}

}  // namespace espalier
