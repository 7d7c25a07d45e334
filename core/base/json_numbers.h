#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace espalier {

// Numbers out of JSON that somebody else may have written. They throw nlohmann::json::exception, as
// its own conversions do of other kinds; who reads the file says which file it is.

// A whole number within T's range; 64.0 is one, too. nlohmann's own conversion cuts fractions off, wraps
// numbers around, and what it makes of 1e300 is undefined.
template <std::integral T>
T wholeOf(const nlohmann::json& value) {
  constexpr double kLargest = 9e15;  // up to here every whole number is a double
  if (value.is_number_unsigned()) {
    if (const auto n = value.get<uint64_t>(); std::in_range<T>(n)) return T(n);
  } else if (value.is_number_integer()) {
    if (const auto n = value.get<int64_t>(); std::in_range<T>(n)) return T(n);
  } else if (value.is_number_float()) {
    const double n = value.get<double>();
    if (std::abs(n) <= kLargest && std::floor(n) == n && std::in_range<T>(int64_t(n))) return T(n);
  }
  throw nlohmann::json::type_error::create(
      302, std::string("type must be a whole number in range, but is ") + value.type_name(), &value);
}

// Whether it is written without a point and int64_t holds it; get<int64_t> then gives it.
inline bool isWhole(const nlohmann::json& value) {
  return value.is_number_integer() &&
         (!value.is_number_unsigned() || std::in_range<int64_t>(value.get<uint64_t>()));
}

// Of an optional key.
template <std::integral T>
T wholeOr(const nlohmann::json& object, const char* key, T otherwise) {
  const auto it = object.find(key);
  return it == object.end() ? otherwise : wholeOf<T>(*it);
}

// A number. JSON has none that is infinite or not a number: jsonText writes null for these, and null is read
// as not a number.
inline double numberOrUnknown(const nlohmann::json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

inline std::vector<double> numbersOrUnknown(const nlohmann::json& list) {
  std::vector<double> out;
  for (const auto& value : list.get_ref<const nlohmann::json::array_t&>())
    out.push_back(numberOrUnknown(value));
  return out;
}

// By name.
inline std::map<std::string, double> numbersByName(const nlohmann::json& object) {
  std::map<std::string, double> out;
  for (const auto& [name, value] : object.get_ref<const nlohmann::json::object_t&>())
    out[name] = numberOrUnknown(value);
  return out;
}

}  // namespace espalier
