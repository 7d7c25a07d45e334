#include <cmath>
#include <optional>

#include "core/inputs/picture_text_inputs.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// The whole picture's features; those of its parts without what lies beside the picture, and a line break for
// each row of them; of OneVision's no more than so many tiles' worth.
int64_t anyResolutionFeatures(const PictureLayout& l, int64_t along, std::optional<int64_t> mostTiles) {
  if (l.tileRows * l.tileColumns == 0)
    throw Error(ErrorKind::InvalidInput,
                "The folder's picture processor does not divide pictures; the model takes them in any "
                "resolution, as LlavaNextImageProcessor and LlavaOnevisionImageProcessor make them.");
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

}  // namespace

PicturePrompt llavaNextPrompt(const nlohmann::json& config, const Tokenizer* tokenizer) {
  const int64_t along = patchesAlong(config, 336, 14);
  return repeatedToken(
      tokenizer, configPictureToken(config, 32000),
      countedInTiles([along](const PictureLayout& l) { return anyResolutionFeatures(l, along, {}); }));
}

PicturePrompt llavaOneVisionPrompt(const nlohmann::json& config, const Tokenizer* tokenizer) {
  const int64_t along = patchesAlong(config, 384, 14);
  const auto kind = configValue<std::string>(config, "vision_aspect_ratio", "anyres_max_9");
  const std::string prefix = "anyres_max_";
  std::optional<int64_t> most;
  if (kind.starts_with(prefix) && kind.size() > prefix.size() && kind.size() < prefix.size() + 6 &&
      kind.find_first_not_of("0123456789", prefix.size()) == std::string::npos)
    most = std::stoll(kind.substr(prefix.size()));
  return repeatedToken(tokenizer, configPictureToken(config, 151646),
                       countedInTiles([along, most](const PictureLayout& l) {
                         return anyResolutionFeatures(l, along, most);
                       }));
}

std::unique_ptr<Inputs> llavaNextInputs(std::shared_ptr<const InputTools> tools) {
  const auto features = llavaNextPrompt(tools->model().config(), nullptr).features;
  return std::make_unique<PictureTextInputs>(std::move(tools), features);
}

std::unique_ptr<Inputs> llavaOneVisionInputs(std::shared_ptr<const InputTools> tools) {
  const auto features = llavaOneVisionPrompt(tools->model().config(), nullptr).features;
  return std::make_unique<PictureTextInputs>(std::move(tools), features);
}

}  // namespace espalier
