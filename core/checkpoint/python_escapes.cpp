#include "core/checkpoint/python_escapes.h"

#include <algorithm>
#include <charconv>

#include "core/base/code_point.h"

namespace espalier {

std::string unescapedPython(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned code = static_cast<unsigned char>(text[i]);
    if (text[i] == '\\' && i + 1 < text.size()) {
      const char c = text[i + 1];
      const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
      if (digits == 0) {
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        ++i;
        continue;
      }
      const char* from = text.data() + i + 2;
      const char* to = from + std::min(digits, text.size() - i - 2);
      const auto [end, error] = std::from_chars(from, to, code, 16);
      if (error != std::errc() || end != from + digits || code > 0x10ffff) {
        out += text[i];
        continue;
      }
      i += 1 + digits;
    }
    appendUtf8(out, char32_t(code));
  }
  return out;
}

}  // namespace espalier
