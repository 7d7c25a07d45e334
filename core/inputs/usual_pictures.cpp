#include "core/inputs/usual_pictures.h"

#include <cmath>

#include "core/base/json_text.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

using Triple = std::array<double, 3>;
constexpr Triple kClipMean{0.48145466, 0.4578275, 0.40821073},
    kClipDeviation{0.26862954, 0.26130258, 0.27577711};
constexpr Triple kImageNetMean{0.485, 0.456, 0.406}, kImageNetDeviation{0.229, 0.224, 0.225};
constexpr Triple kHalf{0.5, 0.5, 0.5};

ImageSize sizeOf(const nlohmann::json& config, const char* key) {
  const auto sides = configSides(config, key, 224);
  return {int(sides.rows), int(sides.columns)};
}

ImageProcessor timmProcessor(const nlohmann::json& config) {
  const auto c = configSection(config, "pretrained_cfg");
  const auto size = configValue<std::vector<int64_t>>(c, "input_size", {3, 224, 224});
  if (size.size() != 3 || size[1] != size[2] || size[1] < 1)
    throw Error(ErrorKind::Unsupported, "config.json has \"pretrained_cfg.input_size\": " + jsonText(size) +
                                            "; square pictures were expected.");
  const double share = configValue(c, "crop_pct", 0.875);
  if (!(share > 0 && share <= 1))
    throw Error(ErrorKind::Format, "config.json has \"pretrained_cfg.crop_pct\": " + std::to_string(share) +
                                       "; a share above 0 and up to 1 was expected.");
  auto p =
      ImageProcessor::forCrop(int(std::floor(double(size[1]) / share)), int(size[1]),
                              configValue<Triple>(c, "mean", kHalf), configValue<Triple>(c, "std", kHalf));
  if (configValue<std::string>(c, "interpolation", "bicubic") == "bilinear")
    p.filter = ResizeFilter::Bilinear;
  return p;
}

// As published, for patches of another size with as many of them.
nlohmann::json qwenDescription(const nlohmann::json& config) {
  const auto vision = configSection(config, "vision_config");
  const bool later = vision.contains("num_position_embeddings");
  const int64_t patch = configSize(vision, "patch_size", later ? 16 : 14);
  const int64_t merge = configSize(vision, "spatial_merge_size", 2), side = patch * merge;
  return {{"image_processor_type", "Qwen2VLImageProcessor"},
          {"patch_size", patch},
          {"merge_size", merge},
          {"temporal_patch_size", configSize(vision, "temporal_patch_size", 2)},
          {"min_pixels", 4 * side * side},
          {"max_pixels", 1280 * side * side},
          {"image_mean", later ? kHalf : kClipMean},
          {"image_std", later ? kHalf : kClipDeviation}};
}

// As published, for a tower of another size, with the grids that config.json names.
nlohmann::json anyResolutionDescription(const nlohmann::json& config, bool oneVision) {
  const auto side = configSquare(configSection(config, "vision_config"), "image_size", oneVision ? 384 : 336);
  nlohmann::json j{
      {"image_processor_type", oneVision ? "LlavaOnevisionImageProcessor" : "LlavaNextImageProcessor"},
      {"size", {{"height", side}, {"width", side}}},
      {"crop_size", {{"height", side}, {"width", side}}},
      {"image_mean", oneVision ? kHalf : kClipMean},
      {"image_std", oneVision ? kHalf : kClipDeviation}};
  if (const auto grids = config.find("image_grid_pinpoints"); grids != config.end())
    j["image_grid_pinpoints"] = *grids;
  return j;
}

// The tower's part of a configuration, which may be all of it.
nlohmann::json towerOf(const nlohmann::json& config) {
  const auto vision = configSection(config, "vision_config");
  return vision.empty() ? config : vision;
}

std::shared_ptr<const PictureProcessor> resized(const nlohmann::json& tower, const char* key,
                                                const Triple& mean, const Triple& deviation) {
  return PictureProcessor::plain(ImageProcessor::forImageSize(sizeOf(tower, key), mean, deviation));
}

std::shared_ptr<const PictureProcessor> described(const nlohmann::json& description) {
  return PictureProcessor::fromJson(description, "config.json");
}

}  // namespace

std::shared_ptr<const PictureProcessor> clipPictures(const nlohmann::json& config) {
  return resized(towerOf(config), "image_size", kClipMean, kClipDeviation);
}

std::shared_ptr<const PictureProcessor> imageNetPictures(const nlohmann::json& config) {
  return resized(towerOf(config), "image_size", kImageNetMean, kImageNetDeviation);
}

std::shared_ptr<const PictureProcessor> halfPictures(const nlohmann::json& config) {
  return resized(towerOf(config), "image_size", kHalf, kHalf);
}

std::shared_ptr<const PictureProcessor> evaPictures(const nlohmann::json& config) {
  return resized(config, "img_size", kClipMean, kClipDeviation);
}

std::shared_ptr<const PictureProcessor> timmPictures(const nlohmann::json& config) {
  return PictureProcessor::plain(timmProcessor(config));
}

std::shared_ptr<const PictureProcessor> siglip2Pictures(const nlohmann::json& config) {
  const auto tower = towerOf(config);
  return described({{"image_processor_type", "Siglip2ImageProcessor"},
                    {"patch_size", configSquare(tower, "patch_size", 16)},
                    {"max_num_patches", configSize(tower, "num_patches", 256)}});
}

std::shared_ptr<const PictureProcessor> qwenPictures(const nlohmann::json& config) {
  return described(qwenDescription(config));
}

std::shared_ptr<const PictureProcessor> idefics3Pictures(const nlohmann::json& config) {
  const auto side = configSquare(towerOf(config), "image_size", 224);
  return described({{"image_processor_type", "Idefics3ImageProcessor"},
                    {"size", {{"longest_edge", 4 * side}}},
                    {"max_image_size", {{"longest_edge", side}}}});
}

std::shared_ptr<const PictureProcessor> llavaNextPictures(const nlohmann::json& config) {
  return described(anyResolutionDescription(config, false));
}

std::shared_ptr<const PictureProcessor> llavaOneVisionPictures(const nlohmann::json& config) {
  return described(anyResolutionDescription(config, true));
}

}  // namespace espalier
