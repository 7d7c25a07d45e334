#include "core/text/printable.h"

#include <cstdio>

#include "core/text/utf8.h"

namespace espalier {

namespace {

bool isHarmful(char32_t c) {
  if (c == U'\n' || c == U'\t') return false;
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool turnsDirection = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  return control || turnsDirection;
}

}  // namespace

std::string printable(std::string_view given) {
  const auto text = validUtf8(given);
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const char32_t c = nextCodePoint(text, at);
    if (!isHarmful(c)) {
      out.append(text, begin, at - begin);
      continue;
    }
    char escaped[16];
    std::snprintf(escaped, sizeof escaped, "\\u%04x", unsigned(c));
    out += escaped;
  }
  return out;
}

}  // namespace espalier
