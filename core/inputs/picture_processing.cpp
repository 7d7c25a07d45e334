#include "core/inputs/picture_processing.h"

#include <cmath>

#include "core/base/file.h"
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

ImageProcessor ofTimm(const nlohmann::json& config) {
  const auto c = configSection(config, "pretrained_cfg");
  const auto size = configValue<std::vector<int64_t>>(c, "input_size", {3, 224, 224});
  if (size.size() != 3 || size[1] != size[2] || size[1] < 1)
    throw Error(ErrorKind::Unsupported, "config.json has \"pretrained_cfg.input_size\": " +
                                            nlohmann::json(size).dump() + "; square pictures were expected.");
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

// Whether the tower takes patches of pictures of any size, as Qwen2-VL's.
bool takesAnyGrid(const Model& model) {
  return model.family().starts_with("qwen") && model.config().contains("vision_config");
}

// As published, for patches of another size with as many of them.
nlohmann::json qwenPictures(const nlohmann::json& config) {
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
nlohmann::json anyResolutionPictures(const nlohmann::json& config, const std::string& family) {
  const bool oneVision = family == "llava-onevision";
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

// What the family usually does at the model's picture size; null for a model without pictures.
std::shared_ptr<const PictureProcessor> usualOf(const Model& model) {
  const auto& config = model.config();
  const auto& family = model.family();
  const auto plain = [](const ImageProcessor& p) { return PictureProcessor::plain(p); };
  if (takesAnyGrid(model)) return PictureProcessor::fromJson(qwenPictures(config), "config.json");
  if (family == "timm-vit") return plain(ofTimm(config));
  if (family == "vit" || family == "deit")
    return plain(ImageProcessor::forImageSize(sizeOf(config, "image_size"), kHalf, kHalf));
  if (family == "eva-vit")
    return plain(ImageProcessor::forImageSize(sizeOf(config, "img_size"), kClipMean, kClipDeviation));
  if (takesAnyGrid(model)) return PictureProcessor::fromJson(qwenPictures(config), "config.json");
  auto vision = configSection(config, "vision_config");
  if (vision.empty()) vision = config;
  if (family == "siglip2" || family == "siglip2-vision")
    return PictureProcessor::fromJson({{"image_processor_type", "Siglip2ImageProcessor"},
                                       {"patch_size", configSquare(vision, "patch_size", 16)},
                                       {"max_num_patches", configSize(vision, "num_patches", 256)}},
                                      "config.json");
  if (family == "siglip" || family == "siglip-classifier" || family == "siglip-vision")
    return plain(ImageProcessor::forImageSize(sizeOf(vision, "image_size"), kHalf, kHalf));
  if (family == "idefics3" || family == "smolvlm") {
    const auto side = configSquare(vision, "image_size", 224);
    return PictureProcessor::fromJson({{"image_processor_type", "Idefics3ImageProcessor"},
                                       {"size", {{"longest_edge", 4 * side}}},
                                       {"max_image_size", {{"longest_edge", side}}}},
                                      "config.json");
  }
  if (takesAnyGrid(model)) return PictureProcessor::fromJson(qwenPictures(config), "config.json");
  if (family == "gemma3" || family == "paligemma")
    return plain(ImageProcessor::forImageSize(sizeOf(vision, "image_size"), kHalf, kHalf));
  if (family == "internvl")
    return plain(
        ImageProcessor::forImageSize(sizeOf(vision, "image_size"), kImageNetMean, kImageNetDeviation));
  if (family == "llava-next" || family == "llava-onevision")
    return PictureProcessor::fromJson(anyResolutionPictures(config, family), "config.json");
  if (family.starts_with("dino"))
    return plain(
        ImageProcessor::forImageSize(sizeOf(config, "image_size"), kImageNetMean, kImageNetDeviation));
  if (family == "clip-vision" || !configSection(config, "vision_config").empty())
    return plain(ImageProcessor::forImageSize(sizeOf(vision, "image_size"), kClipMean, kClipDeviation));
  return nullptr;
}

}  // namespace

std::shared_ptr<const PictureProcessor> pictureProcessingOf(const Checkpoint& checkpoint,
                                                            const Model& model) {
  if (auto stored = PictureProcessor::fromFolder(checkpoint.folder())) return stored;
  return usualOf(model);
}

}  // namespace espalier
