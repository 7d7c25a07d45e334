#include "core/text/json_field.h"

#include "core/base/error.h"
#include "core/base/json_numbers.h"

namespace espalier {

namespace {

const nlohmann::json* field(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

[[noreturn]] void wrongType(const char* key, const nlohmann::json& found, const char* wanted,
                            const std::string& source) {
  throw Error(ErrorKind::Format,
              source + " has " + found.type_name() + " as \"" + key + "\"; " + wanted + " was expected.");
}

}  // namespace

std::optional<bool> jsonBool(const nlohmann::json& object, const char* key, const std::string& source) {
  const auto* value = field(object, key);
  if (!value) return std::nullopt;
  if (!value->is_boolean()) wrongType(key, *value, "true or false", source);
  return value->get<bool>();
}

std::optional<int64_t> jsonInteger(const nlohmann::json& object, const char* key, const std::string& source) {
  const auto* value = field(object, key);
  if (!value) return std::nullopt;
  if (!isWhole(*value)) wrongType(key, *value, "a whole number", source);
  return value->get<int64_t>();
}

std::optional<std::string> jsonString(const nlohmann::json& object, const char* key,
                                      const std::string& source) {
  const auto* value = field(object, key);
  if (!value) return std::nullopt;
  if (!value->is_string()) wrongType(key, *value, "a text", source);
  return value->get<std::string>();
}

const nlohmann::json& jsonArray(const nlohmann::json& object, const char* key, const std::string& source) {
  const auto* value = field(object, key);
  if (!value)
    throw Error(ErrorKind::Format, source + " lacks the list \"" + key + "\" that was expected in it.");
  if (!value->is_array()) wrongType(key, *value, "a list", source);
  return *value;
}

std::string jsonType(const nlohmann::json& object, const char* what, const std::string& source) {
  const auto type = jsonString(object, "type", source);
  if (!type)
    throw Error(ErrorKind::Format, source + " has a " + what +
                                       " without a \"type\"; an object that names its kind was "
                                       "expected.");
  return *type;
}

std::shared_ptr<const Regex> jsonPattern(const nlohmann::json& object, const char* key,
                                         const std::string& source) {
  const auto* value = field(object, key);
  if (value && value->is_string()) return std::make_shared<Regex>(escapeRegex(value->get<std::string>()));
  if (value) {
    if (const auto literal = jsonString(*value, "String", source))
      return std::make_shared<Regex>(escapeRegex(*literal));
    if (const auto pattern = jsonString(*value, "Regex", source)) return std::make_shared<Regex>(*pattern);
  }
  throw Error(ErrorKind::Format,
              source + " lacks a \"" + key +
                  "\" of the form {\"String\": ...} or {\"Regex\": ...} that was expected in it.");
}

}  // namespace espalier
