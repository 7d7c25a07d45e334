#include "core/data/data_options.h"

#include "core/data/data_columns.h"

namespace espalier {

nlohmann::json toJson(const DataOptions& options) {
  nlohmann::json j = nlohmann::json::object();
  if (!options.format.empty()) j["format"] = options.format;
  if (!options.split.empty()) j["split"] = options.split;
  if (!options.pictures.empty()) j["pictures"] = options.pictures.string();
  if (const auto columns = toText(options.columns); !columns.empty()) j["columns"] = columns;
  return j;
}

DataOptions dataOptionsFromJson(const nlohmann::json& json) {
  DataOptions options;
  if (!json.is_object()) return options;
  options.format = json.value("format", std::string());
  options.split = json.value("split", std::string());
  options.pictures = json.value("pictures", std::string());
  options.columns = dataColumnsFrom(json.value("columns", std::string()));
  return options;
}

}  // namespace espalier
