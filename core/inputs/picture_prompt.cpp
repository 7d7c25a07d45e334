#include "core/inputs/picture_prompt.h"

#include <algorithm>
#include <cmath>

#include "core/inputs/picture_text.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

using nlohmann::json;

std::string repeatedText(const std::string& text, int64_t times) {
  std::string out;
  out.reserve(text.size() * size_t(std::max<int64_t>(0, times)));
  for (int64_t i = 0; i < times; ++i) out += text;
  return out;
}

json visionOf(const json& config) {
  return configSection(config, "vision_config");
}

// Patches along a side of the square that the tower takes.
int64_t patchesAlong(const json& vision, int64_t size, int64_t patch) {
  return configSquare(vision, "image_size", size) / configSquare(vision, "patch_size", patch);
}

std::string tokenText(const Tokenizer* tokenizer, int64_t token, const char* what) {
  if (!tokenizer) return "<picture>";
  const auto text = tokenizer->piece(token);
  if (text.empty())
    throw Error(ErrorKind::Format, "config.json gives token " + std::to_string(token) + " as that of " +
                                       what + ", and the tokenizer has none of that number.");
  return text;
}

// The picture's token again and again.
PicturePrompt repeatedToken(const Tokenizer* tokenizer, int64_t token,
                            const std::function<int64_t(const PictureLayout&)>& features) {
  const auto text = tokenText(tokenizer, token, "pictures");
  return {text, [text, features](const PictureLayout& l) { return repeatedText(text, features(l)); }, token,
          features};
}

// One token for each feature of the tower, whose picture is of one size.
PicturePrompt llavaPrompt(const json& config, const Tokenizer* tokenizer) {
  const auto vision = visionOf(config);
  const int64_t along = patchesAlong(vision, 336, 14);
  const bool classToken =
      configValue<std::string>(vision, "model_type", "clip_vision_model") == "clip_vision_model";
  const bool whole = configValue<std::string>(config, "vision_feature_select_strategy", "default") == "full";
  const int64_t features = along * along + (classToken && whole ? 1 : 0);
  return repeatedToken(tokenizer, configPictureToken(config, 32000),
                       [features](const PictureLayout&) { return features; });
}

PicturePrompt qwenPrompt(const json& config, const Tokenizer* tokenizer) {
  const int64_t merge = configSize(visionOf(config), "spatial_merge_size", 2);
  return repeatedToken(tokenizer, configPictureToken(config, 151655), [merge](const PictureLayout& l) {
    return l.patchRows * l.patchColumns / (merge * merge);
  });
}

PicturePrompt ideficsPrompt(const json& config, const Tokenizer* tokenizer) {
  const int64_t along = patchesAlong(visionOf(config), 224, 32),
                scale = configSize(config, "scale_factor", 2);
  const int64_t each = along * along / (scale * scale);
  const int64_t token = configPictureToken(config, 128257);
  const auto text = tokenText(tokenizer, token, "pictures");
  const auto expand = [text, each](const PictureLayout& l) { return idefics3PictureText(l, each, text); };
  return {text, expand, token, [each](const PictureLayout& l) { return l.tiles * each; }};
}

// The whole picture, and its parts where it was cut, in words.
PicturePrompt gemmaPrompt(const json& config, const Tokenizer* tokenizer) {
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
  return {begin, expand, token, [each](const PictureLayout& l) { return l.tiles * each; }};
}

PicturePrompt internPrompt(const json& config, const Tokenizer* tokenizer) {
  const double ratio = configValue<double>(config, "downsample_ratio", 0.5);
  const int64_t along = patchesAlong(visionOf(config), 448, 14);
  const int64_t each = configSize(config, "image_seq_length",
                                  std::max<int64_t>(1, std::llround(double(along * along) * ratio * ratio)));
  auto prompt = repeatedToken(tokenizer, configPictureToken(config, 151667),
                              [each](const PictureLayout& l) { return l.tiles * each; });
  prompt.expand = [places = prompt.expand](const PictureLayout& l) { return "<img>" + places(l) + "</img>"; };
  return prompt;
}

// The whole picture's features; those of its parts without what lies beside the picture, and a line break for
// each row of them; of OneVision's no more than so many tiles' worth.
int64_t anyResolutionFeatures(const PictureLayout& l, int64_t along, std::optional<int64_t> mostTiles) {
  int64_t rows = along * l.tileRows, columns = along * l.tileColumns;
  const double height = l.picture.height, width = l.picture.width;
  const auto rounded = [](double v) { return int64_t(std::round(v * 1e7) / 1e7); };
  if (width / height > double(columns) / double(rows)) {
    rows -= (rows - rounded(height * (double(columns) / width))) / 2 * 2;
  } else {
    columns -= (columns - rounded(width * (double(rows) / height))) / 2 * 2;
  }
  if (mostTiles) {
    const double ratio = std::sqrt(double(rows * columns) / double(*mostTiles * along * along));
    if (ratio > 1.1) {
      rows = int64_t(std::floor(double(rows) / ratio));
      columns = int64_t(std::floor(double(columns) / ratio));
    }
  }
  return rows * columns + rows + along * along;
}

PicturePrompt llavaNextPrompt(const json& config, const Tokenizer* tokenizer) {
  const int64_t along = patchesAlong(visionOf(config), 336, 14);
  return repeatedToken(tokenizer, configPictureToken(config, 32000),
                       [along](const PictureLayout& l) { return anyResolutionFeatures(l, along, {}); });
}

PicturePrompt oneVisionPrompt(const json& config, const Tokenizer* tokenizer) {
  const int64_t along = patchesAlong(visionOf(config), 384, 14);
  const auto kind = configValue<std::string>(config, "vision_aspect_ratio", "anyres_max_9");
  const std::string prefix = "anyres_max_";
  std::optional<int64_t> most;
  if (kind.starts_with(prefix) && kind.size() > prefix.size() && kind.size() < prefix.size() + 6 &&
      kind.find_first_not_of("0123456789", prefix.size()) == std::string::npos)
    most = std::stoll(kind.substr(prefix.size()));
  return repeatedToken(tokenizer, configPictureToken(config, 151646), [along, most](const PictureLayout& l) {
    return anyResolutionFeatures(l, along, most);
  });
}

constexpr std::pair<const char*, PicturePrompt (*)(const json&, const Tokenizer*)> kPicturePrompts[] = {
    {"gemma3", gemmaPrompt},  {"idefics3", ideficsPrompt},     {"internvl", internPrompt},
    {"llava", llavaPrompt},   {"llava_next", llavaNextPrompt}, {"llava_onevision", oneVisionPrompt},
    {"qwen2_vl", qwenPrompt}, {"qwen2_5_vl", qwenPrompt},      {"qwen3_vl", qwenPrompt},
    {"qwen3_5", qwenPrompt},  {"smolvlm", ideficsPrompt},
};

}  // namespace

bool holdsPictures(const nlohmann::json& config) {
  const auto type = configValue<std::string>(config, "model_type", "");
  return std::any_of(std::begin(kPicturePrompts), std::end(kPicturePrompts),
                     [&](const auto& known) { return type == known.first; });
}

namespace {

std::optional<PicturePrompt> promptOf(const nlohmann::json& config, const Tokenizer* tokenizer) {
  const auto type = configValue<std::string>(config, "model_type", "");
  for (const auto& [known, make] : kPicturePrompts)
    if (type == known) return make(config, tokenizer);
  return {};
}

}  // namespace

std::optional<PicturePrompt> picturePromptOf(const nlohmann::json& config, const Tokenizer& tokenizer) {
  return promptOf(config, &tokenizer);
}

std::optional<PictureFeatures> pictureFeaturesOf(const nlohmann::json& config) {
  // PaliGemma's pictures stand before the text, without a chat template.
  if (configValue<std::string>(config, "model_type", "") == "paligemma") {
    const int64_t along = patchesAlong(visionOf(config), 224, 14);
    return PictureFeatures{configPictureToken(config, 256000),
                           [along](const PictureLayout&) { return along * along; }};
  }
  const auto prompt = promptOf(config, nullptr);
  if (!prompt) return {};
  return PictureFeatures{prompt->token, prompt->features};
}

}  // namespace espalier
