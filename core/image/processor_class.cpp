#include "core/image/processor_class.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace espalier {

namespace {

constexpr std::string_view kSuffix = "ImageProcessor";

// Names of image processors and of whole processors (less "Processor") whose pictures another class prepares.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"ChineseCLIP", "CLIP"}, {"Dinov2", "Bit"},         {"Idefics3VL", "Idefics3"}, {"InternVL", "GotOcr2"},
    {"PaliGemma", "Siglip"}, {"Qwen2_5_VL", "Qwen2VL"}, {"Qwen3VL", "Qwen2VL"},     {"Qwen3_5", "Qwen2VL"},
    {"Blip2", "Blip"},       {"InstructBlip", "Blip"},  {"VipLlava", "CLIP"},
};

std::string currentName(std::string name) {
  for (const std::string_view backend : {"Fast", "Pil"})
    if (name.ends_with(backend)) name.resize(name.size() - backend.size());
  constexpr std::string_view kOld = "FeatureExtractor";
  if (name.ends_with(kOld)) name.replace(name.size() - kOld.size(), kOld.size(), kSuffix);
  for (const auto& [other, present] : kOtherNames)
    if (name == std::string(other) + std::string(kSuffix)) return std::string(present) + std::string(kSuffix);
  return name;
}

}  // namespace

std::string processorClassOf(const ConfigReader& settings, const std::string& fallback) {
  std::string given = fallback;
  if (settings.has("processor_class") && settings.at("processor_class").is_string()) {
    constexpr std::string_view kWhole = "Processor";
    const auto whole = settings.at("processor_class").get<std::string>();
    if (whole.ends_with(kWhole)) given = whole.substr(0, whole.size() - kWhole.size()) + std::string(kSuffix);
  }
  for (const char* key : {"feature_extractor_type", "image_processor_type"}) {
    if (!settings.has(key)) continue;
    if (!settings.at(key).is_string()) settings.refuse(key, "the name of a class was expected");
    given = settings.at(key).get<std::string>();
  }
  return currentName(given);
}

}  // namespace espalier
