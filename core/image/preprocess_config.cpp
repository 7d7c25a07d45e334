#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/preprocess.h"

namespace espalier {

namespace {

using nlohmann::json;

constexpr int kLargestSide = 16384;  // far above any vision tower, far below trouble

// Keys that say something about the file or the call, or that none of the three classes reads.
constexpr std::array<std::string_view, 17> kPassedOver = {"image_processor_type",
                                                          "feature_extractor_type",
                                                          "processor_class",
                                                          "_processor_class",
                                                          "auto_map",
                                                          "transformers_version",
                                                          "_valid_processor_keys",
                                                          "return_tensors",
                                                          "data_format",
                                                          "input_data_format",
                                                          "device",
                                                          "default_to_square",
                                                          "do_pad",
                                                          "pad_size",
                                                          "size_divisor",
                                                          "image_seq_length",
                                                          "disable_grouping"};

// One preprocessor_config.json, read key by key: every getter takes the default, which stays if the key is
// missing or null, and refuses a value that does not fit.
class ConfigReader {
 public:
  ConfigReader(const json& config, const std::string& source) : m_config(config), m_source(source) {
    if (!config.is_object())
      throw Error(ErrorKind::Format,
                  source + " holds no JSON object; an image processor's settings were expected.");
  }

  bool has(const char* key) const { return m_config.contains(key) && !m_config[key].is_null(); }

  void boolean(const char* key, bool& value) const {
    if (!has(key)) return;
    if (!m_config[key].is_boolean()) refuse(key, "true or false was expected");
    value = m_config[key].get<bool>();
  }

  void filter(const char* key, ResizeFilter& value) const {
    if (!has(key)) return;
    const json& code = m_config[key];
    if (!code.is_number_integer() || code < 0 || code > 5)
      refuse(key, "a resampling code from 0 (nearest) to 5 (Hamming) was expected");
    value = ResizeFilter(code.get<int>());
  }

  void positive(const char* key, double& value) const {
    if (!has(key)) return;
    if (!m_config[key].is_number() || !(m_config[key] > 0)) refuse(key, "a number above 0 was expected");
    value = m_config[key].get<double>();
  }

  // One number for all channels or a list of three. A standard deviation must be above 0.
  void channels(const char* key, std::array<double, 3>& value, bool mustBePositive) const {
    if (!has(key)) return;
    const json& given = m_config[key];
    const bool list = given.is_array() && given.size() == 3;
    if (!list && !given.is_number()) refuse(key, "three numbers were expected");
    for (size_t c = 0; c < 3; ++c) {
      const json& one = list ? given[c] : given;
      if (!one.is_number()) refuse(key, "three numbers were expected");
      if (mustBePositive && !(one > 0)) refuse(key, "numbers above 0 were expected");
      value[c] = one.get<double>();
    }
  }

  // An edge, {height, width}, [height, width], or {shortest_edge}, which only allowShortest permits and which
  // then also is the meaning of a bare number.
  void size(const char* key, ImageSize& value, std::optional<int>* shortest, bool allowShortest) const {
    if (!has(key)) return;
    const json& given = m_config[key];
    const char* expected = allowShortest
                               ? "an edge, {\"shortest_edge\"} or {\"height\", \"width\"} was expected"
                               : "an edge or {\"height\", \"width\"} was expected";
    if (given.is_number()) {
      const int edge = side(key, given, expected);
      if (allowShortest) {
        *shortest = edge;
      } else {
        value = {edge, edge};
      }
    } else if (given.is_array() && given.size() == 2) {
      value = {side(key, given[0], expected), side(key, given[1], expected)};
      if (allowShortest) shortest->reset();
    } else if (given.is_object() && given.contains("height") && given.contains("width")) {
      value = {side(key, given["height"], expected), side(key, given["width"], expected)};
      if (allowShortest) shortest->reset();
    } else if (allowShortest && given.is_object() && given.contains("shortest_edge")) {
      *shortest = side(key, given["shortest_edge"], expected);
    } else {
      refuse(key, expected);
    }
  }

  [[noreturn]] void refuse(const std::string& key, const std::string& expected) const {
    throw Error(ErrorKind::Unsupported,
                m_source + " has \"" + key + "\": " + m_config[key].dump() + "; " + expected + ".");
  }

 private:
  int side(const char* key, const json& value, const char* expected) const {
    if (!value.is_number_integer() || value < 1 || value > kLargestSide) refuse(key, expected);
    return value.get<int>();
  }

  const json& m_config;
  const std::string& m_source;
};

// "CLIPFeatureExtractor", "CLIPImageProcessorFast" and "CLIPImageProcessorPil" are earlier and later names of
// CLIPImageProcessor.
std::string currentName(std::string name) {
  for (const std::string_view backend : {"Fast", "Pil"})
    if (name.ends_with(backend)) name.resize(name.size() - backend.size());
  constexpr std::string_view kOld = "FeatureExtractor";
  if (name.ends_with(kOld)) name.replace(name.size() - kOld.size(), kOld.size(), "ImageProcessor");
  return name;
}

ImageProcessor defaultsOf(const std::string& className) {
  ImageProcessor processor;
  if (className == "BlipImageProcessor")
    processor = ImageProcessor::forImageSize({384, 384}, processor.imageMean, processor.imageStd);
  if (className == "ViTImageProcessor") {
    processor = ImageProcessor::forImageSize({224, 224}, {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5});
    processor.filter = ResizeFilter::Bilinear;
  }
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
  std::string given = fallbackClass;
  for (const char* key : {"feature_extractor_type", "image_processor_type"}) {
    if (!in.has(key)) continue;
    if (!config[key].is_string()) in.refuse(key, "the name of a class was expected");
    given = config[key].get<std::string>();
  }
  const std::string name = currentName(given);
  const std::string expected =
      "CLIPImageProcessor, LlavaImageProcessor, BlipImageProcessor or ViTImageProcessor was expected.";
  if (name.empty()) throw Error(ErrorKind::Format, source + " has no \"image_processor_type\"; " + expected);
  const bool pads = name == "LlavaImageProcessor", crops = pads || name == "CLIPImageProcessor";
  if (!crops && name != "BlipImageProcessor" && name != "ViTImageProcessor")
    throw Error(ErrorKind::Unsupported,
                source + " has \"image_processor_type\": \"" + given + "\"; " + expected);

  ImageProcessor processor = defaultsOf(name);
  if (pads) in.boolean("do_pad", processor.padsToSquare);
  in.boolean("do_resize", processor.resizes);
  in.size("size", processor.size, &processor.shortestEdge, crops);
  in.filter("resample", processor.filter);
  if (crops) {
    in.boolean("do_center_crop", processor.centerCrops);
    in.size("crop_size", processor.cropSize, nullptr, false);
  }
  in.boolean("do_rescale", processor.rescales);
  in.positive("rescale_factor", processor.rescaleFactor);
  in.boolean("do_normalize", processor.normalizes);
  in.channels("image_mean", processor.imageMean, false);
  in.channels("image_std", processor.imageStd, true);
  // Whatever it says: pictures are RGB by the time they come here.
  bool convertsToRgb = true;
  in.boolean("do_convert_rgb", convertsToRgb);

  constexpr std::array<std::string_view, 11> kRead = {
      "do_resize",      "size",         "resample",   "do_center_crop", "crop_size",     "do_rescale",
      "rescale_factor", "do_normalize", "image_mean", "image_std",      "do_convert_rgb"};
  for (const auto& [key, value] : config.items()) {
    const bool known = std::find(kRead.begin(), kRead.end(), key) != kRead.end() ||
                       std::find(kPassedOver.begin(), kPassedOver.end(), key) != kPassedOver.end();
    if (!known && !value.is_null() && value != false) in.refuse(key, "a " + name + " has no such setting");
  }
  return processor;
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
  if (className == "CLIPImageProcessor" || className == "LlavaImageProcessor") {
    config["do_center_crop"] = centerCrops;
    config["crop_size"] = sizeJson(cropSize);
  }
  if (className != "ViTImageProcessor") config["do_convert_rgb"] = true;
  return config;
}

}  // namespace espalier
