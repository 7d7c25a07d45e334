#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/model/model.h"

namespace espalier {

// A family turns a config.json into a Model. Adding one is a file under families/ and a line in registry.cpp.
struct Family {
  const char* modelType;  // config.json's "model_type"
  std::shared_ptr<const Model> (*build)(const nlohmann::json& config);
};

const Family* findFamily(const std::string& modelType);  // null if unknown
std::string knownModelTypes();                           // "blip-2, t5, ..."

}  // namespace espalier
