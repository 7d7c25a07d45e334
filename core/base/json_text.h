#pragma once

#include <concepts>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace espalier {

// All JSON text of the program is made here. Names of files and captions may hold bytes that are no UTF-8,
// which JSON cannot: they become U+FFFD instead of an error.
std::string jsonText(const nlohmann::json& json, int indent = -1);
// The same in the order of the keys. A template, so that what only converts to JSON is no candidate twice.
template <std::same_as<nlohmann::ordered_json> Json>
std::string jsonText(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// A path as JSON can hold it.
std::string jsonPath(const std::filesystem::path& path);

}  // namespace espalier
