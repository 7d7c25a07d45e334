#include <array>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/config_reader.h"
#include "core/image/preprocess.h"
#include "core/image/processor_class.h"

namespace espalier {

namespace {

using nlohmann::json;

struct PlainClass {
  const char* name;
  bool crops;        // has a centre crop
  bool keepsAspect;  // a bare size is that of the shorter edge
};
constexpr PlainClass kPlainClasses[] = {
    {"CLIPImageProcessor", true, true},     {"LlavaImageProcessor", true, true},
    {"BitImageProcessor", true, true},      {"DeiTImageProcessor", true, false},
    {"BlipImageProcessor", false, false},   {"ViTImageProcessor", false, false},
    {"SiglipImageProcessor", false, false}, {"DINOv3ViTImageProcessor", false, false},
};

const PlainClass* plainClassOf(const std::string& name) {
  for (const auto& known : kPlainClasses)
    if (name == known.name) return &known;
  return nullptr;
}

ImageProcessor defaultsOf(const std::string& className) {
  constexpr std::array<double, 3> kHalf{0.5, 0.5, 0.5}, kImageNetMean{0.485, 0.456, 0.406},
      kImageNetDeviation{0.229, 0.224, 0.225};
  ImageProcessor processor;
  if (className == "BlipImageProcessor")
    processor = ImageProcessor::forImageSize({384, 384}, processor.imageMean, processor.imageStd);
  if (className == "ViTImageProcessor" || className == "SiglipImageProcessor")
    processor = ImageProcessor::forImageSize({224, 224}, kHalf, kHalf);
  if (className == "DINOv3ViTImageProcessor")
    processor = ImageProcessor::forImageSize({224, 224}, kImageNetMean, kImageNetDeviation);
  if (className == "ViTImageProcessor" || className == "DINOv3ViTImageProcessor")
    processor.filter = ResizeFilter::Bilinear;
  if (className == "DeiTImageProcessor") {
    processor.shortestEdge.reset();
    processor.size = {256, 256};
    processor.imageMean = processor.imageStd = kHalf;
  }
  processor.resizesUnrounded = className == "DINOv3ViTImageProcessor";
  processor.className = className;
  return processor;
}

json sizeJson(ImageSize size) {
  return {{"height", size.height}, {"width", size.width}};
}

}  // namespace

ImageProcessor ImageProcessor::fromJson(const json& config, const std::string& source,
                                        const std::string& fallbackClass) {
  const ConfigReader in(config, source);
  const std::string name = processorClassOf(in, fallbackClass);
  std::string expected;
  for (const auto& one : classes()) expected += (expected.empty() ? "" : ", ") + one;
  if (name.empty())
    throw Error(ErrorKind::Format,
                source + " has no \"image_processor_type\"; one of " + expected + " was expected.");
  const PlainClass* known = plainClassOf(name);
  if (!known)
    throw Error(ErrorKind::Unsupported, source + " has \"image_processor_type\": \"" + name + "\"; one of " +
                                            expected + " was expected.");

  ImageProcessor processor = defaultsOf(name);
  if (name == "LlavaImageProcessor") in.boolean("do_pad", processor.padsToSquare);
  in.boolean("do_resize", processor.resizes);
  in.size("size", processor.size, &processor.shortestEdge, known->keepsAspect);
  if (known->crops) {
    in.boolean("do_center_crop", processor.centerCrops);
    in.size("crop_size", processor.cropSize, nullptr, false);
  }
  in.scaling(processor);
  in.requireKnown({"do_resize", "size", "do_center_crop", "crop_size"}, name);
  return processor;
}

const std::vector<std::string>& ImageProcessor::classes() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& known : kPlainClasses) out.push_back(known.name);
    return out;
  }();
  return names;
}

bool ImageProcessor::hasClass(const std::string& className) {
  return plainClassOf(className) != nullptr;
}

ImageProcessor ImageProcessor::fromFile(const std::filesystem::path& path, const std::string& fallbackClass) {
  return fromJson(readJsonFile(path), path.string(), fallbackClass);
}

json ImageProcessor::toJson() const {
  json config = {{"image_processor_type", className},
                 {"do_resize", resizes},
                 {"size", shortestEdge ? json{{"shortest_edge", *shortestEdge}} : sizeJson(size)},
                 {"resample", int(filter)},
                 {"do_rescale", rescales},
                 {"rescale_factor", rescaleFactor},
                 {"do_normalize", normalizes},
                 {"image_mean", imageMean},
                 {"image_std", imageStd}};
  if (className == "LlavaImageProcessor") config["do_pad"] = padsToSquare;
  if (const auto* known = plainClassOf(className); known && known->crops) {
    config["do_center_crop"] = centerCrops;
    config["crop_size"] = sizeJson(cropSize);
  }
  if (className != "ViTImageProcessor") config["do_convert_rgb"] = true;
  return config;
}

}  // namespace espalier
