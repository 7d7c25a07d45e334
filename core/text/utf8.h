#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/code_point.h"

namespace espalier {

// The text with every maximal run of bytes that is not UTF-8 (truncated or overlong sequences, surrogates,
// values past U+10FFFF) replaced by one U+FFFD, as the Unicode standard recommends and Python's
// errors="replace" does.
std::string validUtf8(std::string_view bytes);
bool isValidUtf8(std::string_view bytes);

// The bytes of a text file without the byte order mark that some editors put first; UTF-16, which such a mark
// tells, as UTF-8. Other bytes stay as they are.
std::string decodedText(std::string bytes);

// Both expect valid UTF-8.
std::u32string toUtf32(std::string_view text);
std::string toUtf8(std::u32string_view text);

inline bool isAsciiDigit(char c) {
  return c >= '0' && c <= '9';
}

// Bytes of the sequence that begins with this lead byte; 1 for a byte that begins none.
inline size_t utf8Length(char lead) {
  const auto b = static_cast<unsigned char>(lead);
  return b < 0xC0 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
}

// The code point at a position of valid UTF-8; the position moves behind it.
char32_t nextCodePoint(std::string_view text, size_t& position);

// Each occurrence of `from`, from left to right, becomes `to`.
std::string replaceAll(std::string_view text, std::string_view from, std::string_view to);

}  // namespace espalier
