#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/model/model.h"

namespace espalier {

// A family turns a config.json into a Model. Adding one is a file under families/ and a line in registry.cpp.
struct Family {
  std::string name;  // short and stable: "blip-vqa"
  // Told apart by config.json: its "model_type" and, where it names any, its "architectures". Of several
  // families with the same model_type the first is taken where no architecture is named.
  std::string modelType;
  std::vector<std::string> architectures;
  std::shared_ptr<const Model> (*build)(const ModelSource& source);
};

// Throws Error naming the key and value where no family fits.
const Family& familyOf(const nlohmann::json& config);

}  // namespace espalier
