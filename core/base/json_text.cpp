#include "core/base/json_text.h"

#include "core/base/json.h"

namespace espalier {

std::string jsonText(const nlohmann::json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string jsonPath(const std::filesystem::path& path) {
  return parseJson(jsonText(path.string()), "a path").get<std::string>();
}

}  // namespace espalier
