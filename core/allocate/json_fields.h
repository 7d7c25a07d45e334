#pragma once

#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/error.h"
#include "core/base/json_numbers.h"
#include "core/base/json_text.h"

namespace espalier {

// More weights than any model has. Sums of them, and their bytes, are numbers of 64 bits.
inline constexpr int64_t kMostWeights = int64_t(1) << 50;

// Takes known keys out of a JSON object one by one; what remains is what this program does not know.
class JsonFields {
 public:
  // `where` names the file, and the entry in it, for messages.
  JsonFields(nlohmann::json object, std::string where)
      : m_object(std::move(object)), m_where(std::move(where)) {
    if (!m_object.is_object()) throw Error(ErrorKind::Format, m_where + " is not a JSON object.");
  }

  template <typename T>
  T take(const char* key) {
    const auto at = m_object.find(key);
    if (at == m_object.end()) throw Error(ErrorKind::Format, m_where + " has no \"" + key + "\".");
    return convert<T>(key, at);
  }

  template <typename T>
  T take(const char* key, T otherwise) {
    const auto at = m_object.find(key);
    return at == m_object.end() ? otherwise : convert<T>(key, at);
  }

  // A number that may be unknown, which JSON says as null and we as NaN.
  double takeOrUnknown(const char* key, double otherwise) {
    const auto at = m_object.find(key);
    if (at == m_object.end() || !at->is_null()) return take<double>(key, otherwise);
    m_object.erase(at);
    return std::numeric_limits<double>::quiet_NaN();
  }

  nlohmann::json rest() { return std::move(m_object); }

 private:
  template <typename T>
  T convert(const char* key, nlohmann::json::iterator at) {
    if (!fits<T>(*at))
      throw Error(ErrorKind::Format, m_where + " has \"" + key + "\": " + jsonText(*at).substr(0, 40) + "; " +
                                         expected<T>() + " was expected.");
    T value = at->get<T>();
    m_object.erase(at);
    return value;
  }

  template <typename T>
  static bool fits(const nlohmann::json& value) {
    if constexpr (std::is_same_v<T, bool>)
      return value.is_boolean();
    else if constexpr (std::is_unsigned_v<T>)
      return value.is_number_unsigned();
    else if constexpr (std::is_integral_v<T>)
      return isWhole(value);
    else if constexpr (std::is_floating_point_v<T>)
      return value.is_number();
    else if constexpr (std::is_same_v<T, std::string>)
      return value.is_string();
    else if constexpr (std::is_same_v<T, nlohmann::json::array_t>)
      return value.is_array();
    else
      return value.is_object();
  }

  template <typename T>
  static const char* expected() {
    if constexpr (std::is_same_v<T, bool>)
      return "true or false";
    else if constexpr (std::is_unsigned_v<T>)
      return "a whole number from 0";
    else if constexpr (std::is_integral_v<T>)
      return "a whole number";
    else if constexpr (std::is_floating_point_v<T>)
      return "a number";
    else if constexpr (std::is_same_v<T, std::string>)
      return "a text";
    else if constexpr (std::is_same_v<T, nlohmann::json::array_t>)
      return "a list";
    else
      return "an object";
  }

  nlohmann::json m_object;
  std::string m_where;
};

// Numbers by name under an optional key; `of` says whose they are.
inline std::map<std::string, double> takeNumbers(JsonFields& fields, const char* key, const std::string& of) {
  std::map<std::string, double> out;
  for (const auto& [name, value] : fields.take<nlohmann::json::object_t>(key, {})) {
    if (!value.is_number())
      throw Error(ErrorKind::Format, "\"" + name + "\" among the " + key + " of " + of + " is not a number.");
    out[name] = value.get<double>();
  }
  return out;
}

}  // namespace espalier
