#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/text/regex.h"

namespace espalier {

// Fields of a tokenizer's JSON files. A field that is missing or null is nullopt (or null); one of another
// type is an Error that names the file and the field.
std::optional<bool> jsonBool(const nlohmann::json& object, const char* key, const std::string& source);
std::optional<int64_t> jsonInteger(const nlohmann::json& object, const char* key, const std::string& source);
std::optional<std::string> jsonString(const nlohmann::json& object, const char* key,
                                      const std::string& source);

// The array must be there.
const nlohmann::json& jsonArray(const nlohmann::json& object, const char* key, const std::string& source);

// The "type" of a component; `what` says in an error what the component was to be.
std::string jsonType(const nlohmann::json& object, const char* what, const std::string& source);

// {"String": "literal"} or {"Regex": "pattern"}; must be there.
std::shared_ptr<const Regex> jsonPattern(const nlohmann::json& object, const char* key,
                                         const std::string& source);

}  // namespace espalier
