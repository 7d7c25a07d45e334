#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/config_keys.h"

namespace espalier {

// A number as transformers 5 writes one that JSON does not have, {"__float__": "Infinity"}, as that number;
// any other value as it is.
inline nlohmann::json plainConfigNumber(const nlohmann::json& value) {
  if (!value.is_object() || value.size() != 1 || !value.contains("__float__")) return value;
  const auto& name = value["__float__"];
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (name == "Infinity") return kInfinity;
  if (name == "-Infinity") return -kInfinity;
  if (name == "NaN") return std::numeric_limits<double>::quiet_NaN();
  return value;
}

// Whether a value of JSON is one of type T: a whole number in T's range, a finite number, ...
template <typename T>
bool isConfigValue(const nlohmann::json& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value.is_boolean();
  } else if constexpr (std::is_integral_v<T>) {
    if (value.is_number_unsigned()) return value.get<uint64_t>() <= uint64_t(std::numeric_limits<T>::max());
    if (value.is_number_integer()) return std::in_range<T>(value.get<int64_t>());
    // Some programs write 768.0.
    constexpr double kLargest = 9e15;  // up to here every whole number is a double
    return value.is_number_float() && std::abs(value.get<double>()) <= kLargest &&
           std::floor(value.get<double>()) == value.get<double>();
  } else if constexpr (std::is_floating_point_v<T>) {
    // Models compute in float32, which has nothing beyond.
    return value.is_number() && std::abs(value.get<double>()) <= double(std::numeric_limits<float>::max());
  } else if constexpr (std::is_same_v<T, std::vector<int64_t>>) {
    return value.is_array() && std::all_of(value.begin(), value.end(), isConfigValue<int64_t>);
  } else if constexpr (std::is_same_v<T, std::vector<double>>) {
    return value.is_array() && std::all_of(value.begin(), value.end(), isConfigValue<double>);
  } else {
    return true;  // the conversion tells
  }
}

template <typename T>
constexpr const char* configKind() {
  if constexpr (std::is_same_v<T, bool>)
    return "true or false";
  else if constexpr (std::is_integral_v<T>)
    return "a whole number";
  else if constexpr (std::is_floating_point_v<T>)
    return "a finite number of float32's range";
  else if constexpr (std::is_same_v<T, std::string>)
    return "a text";
  else
    return "a list of numbers";
}

// A value of a model configuration, or the reference implementation's default where the key is absent or
// null.
template <typename T>
T configValue(const nlohmann::json& config, const char* key, T fallback) {
  noteConfigKey(key);
  const auto it = config.find(key);
  if (it == config.end() || it->is_null()) return fallback;
  const auto value = plainConfigNumber(*it);
  try {
    if (isConfigValue<T>(value)) return value.get<T>();
  } catch (const nlohmann::json::exception&) {
  }
  const auto shown = value.is_number_float() && !std::isfinite(value.get<double>())
                         ? (std::isnan(value.get<double>()) ? "NaN" : "an infinite number")
                         : jsonText(*it).substr(0, 200);
  throw Error(ErrorKind::Format, "config.json has \"" + std::string(key) + "\": " + shown +
                                     ", a value of the wrong kind; " + configKind<T>() + " was expected.");
}

// A size: an integer of at least one, and small enough that products of two of them are numbers too.
inline int64_t configSize(const nlohmann::json& config, const char* key, int64_t fallback) {
  constexpr int64_t kLargest = int64_t(1) << 24;
  const auto value = configValue<int64_t>(config, key, fallback);
  if (value > kLargest)
    throw Error(ErrorKind::Format, "config.json has \"" + std::string(key) + "\": " + std::to_string(value) +
                                       "; at most " + std::to_string(kLargest) + " was expected.");
  if (value < 1)
    throw Error(ErrorKind::Format, "config.json has \"" + std::string(key) + "\": " + std::to_string(value) +
                                       "; at least 1 was expected.");
  return value;
}

// How many layers there are: a size within reason, since each is made before any weight is looked at.
inline int64_t configLayers(const nlohmann::json& config, const char* key, int64_t fallback) {
  constexpr int64_t kMost = 10000;
  const auto value = configSize(config, key, fallback);
  if (value > kMost)
    throw Error(ErrorKind::Format, "config.json has \"" + std::string(key) + "\": " + std::to_string(value) +
                                       "; at most " + std::to_string(kMost) + " was expected.");
  return value;
}

// A height and a width: an integer for both, or a list of two.
struct ConfigSides {
  int64_t rows = 0, columns = 0;
};
inline ConfigSides configSides(const nlohmann::json& config, const char* key, int64_t fallback) {
  noteConfigKey(key);
  const auto it = config.find(key);
  if (it == config.end() || !it->is_array()) {
    const auto side = configSize(config, key, fallback);
    return {side, side};
  }
  constexpr int64_t kLargestSide = int64_t(1) << 16;
  const auto sides = configValue<std::vector<int64_t>>(config, key, {});
  if (sides.size() != 2 || std::min(sides[0], sides[1]) < 1 || std::max(sides[0], sides[1]) > kLargestSide)
    throw Error(ErrorKind::Format, "config.json has \"" + std::string(key) + "\": " + jsonText(*it) +
                                       "; a side or a height and a width were expected.");
  return {sides[0], sides[1]};
}

// A square's side: an integer, or a list of two equal ones.
inline int64_t configSquare(const nlohmann::json& config, const char* key, int64_t fallback) {
  noteConfigKey(key);
  const auto it = config.find(key);
  if (it == config.end() || !it->is_array()) return configSize(config, key, fallback);
  const auto sides = configValue<std::vector<int64_t>>(config, key, {});
  if (sides.size() != 2 || sides[0] != sides[1] || sides[0] < 1)
    throw Error(ErrorKind::Unsupported, "config.json has \"" + std::string(key) + "\": " + jsonText(*it) +
                                            "; a square was expected.");
  return sides[0];
}

// Token ids: one, or a list of them.
inline std::vector<int64_t> configTokens(const nlohmann::json& config, const char* key,
                                         std::vector<int64_t> fallback) {
  noteConfigKey(key);
  const auto it = config.find(key);
  if (it == config.end() || it->is_null()) return fallback;
  if (it->is_array()) return configValue<std::vector<int64_t>>(config, key, {});
  return {configValue<int64_t>(config, key, 0)};
}

// The token in whose places a text has pictures; it has two names.
inline int64_t configPictureToken(const nlohmann::json& config, int64_t fallback) {
  return configValue<int64_t>(config, "image_token_index",
                              configValue<int64_t>(config, "image_token_id", fallback));
}

// The object under a key, or an empty one where it is absent or null.
inline nlohmann::json configSection(const nlohmann::json& config, const char* key) {
  noteConfigKey(key);
  const auto it = config.find(key);
  if (it == config.end() || it->is_null()) return nlohmann::json::object();
  if (!it->is_object())
    throw Error(ErrorKind::Format, "config.json has \"" + std::string(key) + "\": " + jsonText(*it) +
                                       "; an object was expected.");
  return *it;
}

// Throws unless the value is the only one that can be computed.
template <typename T>
void configOnly(const nlohmann::json& config, const char* key, const T& only) {
  const auto value = configValue<T>(config, key, only);
  if (value != only)
    throw Error(ErrorKind::Unsupported, "config.json has \"" + std::string(key) + "\": " + jsonText(value) +
                                            "; only " + jsonText(only) + " can be computed.");
}

// Throws unless hidden is divisible by heads.
inline void checkHeads(int64_t hidden, int64_t heads, const char* where) {
  if (hidden % heads != 0)
    throw Error(ErrorKind::Format, std::string("config.json (") + where + ") has a width of " +
                                       std::to_string(hidden) + " that " + std::to_string(heads) +
                                       " attention heads do not divide.");
}

}  // namespace espalier
