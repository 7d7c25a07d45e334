#include "core/data/data_options.h"

namespace espalier {

nlohmann::json toJson(const DataOptions& options) {
  nlohmann::json j = nlohmann::json::object();
  if (!options.format.empty()) j["format"] = options.format;
  if (!options.split.empty()) j["split"] = options.split;
  if (!options.pictures.empty()) j["pictures"] = options.pictures.string();
  return j;
}

DataOptions dataOptionsFromJson(const nlohmann::json& json) {
  DataOptions options;
  if (!json.is_object()) return options;
  options.format = json.value("format", std::string());
  options.split = json.value("split", std::string());
  options.pictures = json.value("pictures", std::string());
  return options;
}

}  // namespace espalier
