#include "core/inputs/picture_prompt.h"

#include <algorithm>
#include <utility>

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

namespace {

FeatureCount checkedCount(FeatureCount count, bool patches) {
  return [count = std::move(count), patches](const PictureLayout& l) {
    if ((l.patchRows * l.patchColumns > 0) != patches)
      throw Error(ErrorKind::InvalidInput,
                  std::string("The folder's picture processor ") +
                      (patches ? "makes whole pictures; the model takes pictures cut into patches, as "
                                 "Qwen2VLImageProcessor makes them."
                               : "cuts pictures into patches; the model takes whole pictures or tiles. It is "
                                 "the processor of another family."));
    return count(l);
  };
}

}  // namespace

FeatureCount countedInTiles(FeatureCount count) {
  return checkedCount(std::move(count), false);
}

FeatureCount countedInPatches(FeatureCount count) {
  return checkedCount(std::move(count), true);
}

PicturePrompt repeatedToken(const Tokenizer* tokenizer, int64_t token,
                            const std::function<int64_t(const PictureLayout&)>& features) {
  const auto text = tokenText(tokenizer, token, "pictures");
  return {text,
          [text, features](const PictureLayout& l) { return repeatedText(text, features(l)); },
          {token, features}};
}

}  // namespace espalier
