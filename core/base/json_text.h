#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace espalier {

// JSON as text. Names of files and captions may hold bytes that are no UTF-8, which JSON cannot: they become
// U+FFFD instead of an error.
std::string jsonText(const nlohmann::json& json, int indent = -1);

// A path as JSON can hold it.
std::string jsonPath(const std::filesystem::path& path);

}  // namespace espalier
