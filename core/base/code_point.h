#pragma once

#include <string>

namespace espalier {

// Appends a Unicode code point, at most U+10FFFF, as UTF-8.
void appendUtf8(std::string& out, char32_t codePoint);

}  // namespace espalier
