#include "core/image/config_reader.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json_text.h"

namespace espalier {

namespace {

using nlohmann::json;

// Keys that say something about the file or the call, or that no class read here reads.
constexpr std::array<std::string_view, 29> kPassedOver = {"image_processor_type",
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
                                                          "image_seq_len",
                                                          "disable_grouping",
                                                          "do_convert_rgb",
                                                          "video_processor_type",
                                                          "video_sampling",
                                                          "return_row_col_info",
                                                          "fps",
                                                          "max_frames",
                                                          "min_frames",
                                                          "num_frames",
                                                          "do_sample_frames",
                                                          "return_metadata",
                                                          "process_image_mode"};

}  // namespace

ConfigReader::ConfigReader(const json& config, const std::string& source)
    : m_config(config), m_source(source) {
  if (!config.is_object())
    throw Error(ErrorKind::Format,
                source + " holds no JSON object; an image processor's settings were expected.");
}

bool ConfigReader::has(const char* key) const {
  return m_config.contains(key) && !m_config[key].is_null();
}

void ConfigReader::boolean(const char* key, bool& value) const {
  if (!has(key)) return;
  if (!m_config[key].is_boolean()) refuse(key, "true or false was expected");
  value = m_config[key].get<bool>();
}

void ConfigReader::filter(const char* key, ResizeFilter& value) const {
  if (!has(key)) return;
  const json& code = m_config[key];
  if (!code.is_number_integer() || code < 0 || code > 5)
    refuse(key, "a resampling code from 0 (nearest) to 5 (Hamming) was expected");
  value = ResizeFilter(code.get<int>());
}

void ConfigReader::positive(const char* key, double& value) const {
  if (!has(key)) return;
  if (!m_config[key].is_number() || !(m_config[key] > 0)) refuse(key, "a number above 0 was expected");
  value = m_config[key].get<double>();
}

void ConfigReader::count(const char* key, int64_t& value, int64_t largest) const {
  if (!has(key)) return;
  const json& given = m_config[key];
  if (!given.is_number_integer() || given < 1 || given > largest)
    refuse(key, "a number from 1 to " + std::to_string(largest) + " was expected");
  value = given.get<int64_t>();
}

void ConfigReader::channels(const char* key, std::array<double, 3>& value, bool mustBePositive) const {
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

void ConfigReader::size(const char* key, ImageSize& value, std::optional<int>* shortest,
                        bool allowShortest) const {
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

void ConfigReader::member(const char* key, const char* name, int64_t& value, int64_t largest) const {
  if (!has(key)) return;
  const json& given = m_config[key];
  const std::string expected =
      std::string("{\"") + name + "\"} from 1 to " + std::to_string(largest) + " was expected";
  if (!given.is_object() || !given.contains(name)) refuse(key, expected);
  const json& one = given[name];
  if (!one.is_number_integer() || one < 1 || one > largest) refuse(key, expected);
  value = one.get<int64_t>();
}

void ConfigReader::scaling(ImageProcessor& processor) const {
  filter("resample", processor.filter);
  boolean("do_rescale", processor.rescales);
  positive("rescale_factor", processor.rescaleFactor);
  boolean("do_normalize", processor.normalizes);
  channels("image_mean", processor.imageMean, false);
  channels("image_std", processor.imageStd, true);
  // Whatever it says: pictures are RGB by the time they come here.
  bool convertsToRgb = true;
  boolean("do_convert_rgb", convertsToRgb);
}

void ConfigReader::requireKnown(std::initializer_list<std::string_view> keys,
                                const std::string& className) const {
  constexpr std::array<std::string_view, 6> kScaling = {"resample",     "do_rescale", "rescale_factor",
                                                        "do_normalize", "image_mean", "image_std"};
  const auto among = [](const auto& list, const std::string& key) {
    return std::find(list.begin(), list.end(), key) != list.end();
  };
  for (const auto& [key, value] : m_config.items())
    if (!value.is_null() && value != false && !among(keys, key) && !among(kScaling, key) &&
        !among(kPassedOver, key))
      refuse(key, "a " + className + " has no such setting");
}

void ConfigReader::refuse(const std::string& key, const std::string& expected) const {
  throw Error(ErrorKind::Unsupported,
              m_source + " has \"" + key + "\": " + jsonText(m_config[key]) + "; " + expected + ".");
}

int ConfigReader::side(const char* key, const json& value, const char* expected) const {
  if (!value.is_number_integer() || value < 1 || value > kLargestSide) refuse(key, expected);
  return value.get<int>();
}

}  // namespace espalier
