#include "core/text/byte_alphabet.h"

#include <array>

#include "core/text/utf8.h"

namespace espalier {

namespace {

constexpr char32_t kFirstSubstitute = 0x100;

struct Alphabet {
  std::array<char32_t, 256> character{};
  std::array<int, 0x200> byte{};

  Alphabet() {
    byte.fill(-1);
    char32_t next = kFirstSubstitute;
    for (char32_t b = 0; b < 256; ++b) {
      const bool printable = (b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      character[b] = printable ? b : next++;
      byte[character[b]] = int(b);
    }
  }
};

const Alphabet& alphabet() {
  static const Alphabet instance;
  return instance;
}

}  // namespace

std::string bytesToAlphabet(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char b : bytes) appendUtf8(out, alphabet().character[static_cast<unsigned char>(b)]);
  return out;
}

std::string alphabetToBytes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const char32_t c = nextCodePoint(text, i);
    const int b = c < alphabet().byte.size() ? alphabet().byte[c] : -1;
    if (b < 0) return std::string(text);
    out += char(b);
  }
  return out;
}

}  // namespace espalier
