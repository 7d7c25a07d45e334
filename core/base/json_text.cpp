#include "core/base/json_text.h"

namespace espalier {

std::string jsonText(const nlohmann::json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string jsonPath(const std::filesystem::path& path) {
  return nlohmann::json::parse(jsonText(path.string())).get<std::string>();
}

}  // namespace espalier
