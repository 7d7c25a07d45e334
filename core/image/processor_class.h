#pragma once

#include <string>

#include "core/image/config_reader.h"

namespace espalier {

// The transformers class that settings are meant for: "image_processor_type", else "feature_extractor_type",
// else what "processor_class" has, else the fallback; empty if all are. Earlier and later names
// ("CLIPFeatureExtractor", "CLIPImageProcessorFast", "Qwen2_5_VLImageProcessor") become the present one.
std::string processorClassOf(const ConfigReader& settings, const std::string& fallback);

}  // namespace espalier
