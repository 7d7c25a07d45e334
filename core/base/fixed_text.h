#pragma once

#include <cstdio>
#include <string>

namespace espalier {

// A number with a fixed count of decimals, as people read it: fixedText(0.5, 2) is "0.50".
inline std::string fixedText(double value, int decimals) {
  char text[400];  // the largest double has 309 digits
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

}  // namespace espalier
