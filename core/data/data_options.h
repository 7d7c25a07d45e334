#pragma once

#include <nlohmann/json.hpp>

#include "core/data/dataset.h"

namespace espalier {

// Format, split, columns and folder of pictures as files keep them: {"split": "train"}; what was left open is
// left out. `preferred` is the model's, not the file's.
nlohmann::json toJson(const DataOptions& options);
DataOptions dataOptionsFromJson(const nlohmann::json& json);

}  // namespace espalier
