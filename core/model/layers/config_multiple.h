#pragma once

#include <string>

#include "core/model/layers/config_value.h"

namespace espalier {

// A size that a configuration gives as a factor of another one ("mlp_ratio" of the width): their product, for
// the caller to round as the reference does. Throws Error where it is no size as configSize has them.
inline double configMultiple(const nlohmann::json& config, const char* key, double fallback, int64_t size) {
  constexpr double kLargest = double(int64_t(1) << 24);
  const auto factor = configValue<double>(config, key, fallback);
  const double product = double(size) * factor;
  if (!(product >= 1 && product <= kLargest))
    throw Error(ErrorKind::Format, "config.json has \"" + std::string(key) + "\": " + jsonText(factor) +
                                       "; a factor was expected that makes 1 to 16777216 of " +
                                       std::to_string(size) + ".");
  return product;
}

}  // namespace espalier
