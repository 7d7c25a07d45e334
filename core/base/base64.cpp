#include "core/base/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace espalier {

namespace {

constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = std::min<size_t>(3, bytes.size() - i);
    uint32_t word = 0;
    for (size_t k = 0; k < 3; ++k)
      word = word << 8 | (k < left ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) out += k <= left ? kBase64Digits[word >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::optional<std::string> bytesOfBase64(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    const auto four = text.substr(i, 4);
    const bool last = i + 4 == text.size();
    const size_t digits = last && four.ends_with("==") ? 2 : last && four.ends_with('=') ? 3 : 4;
    uint32_t word = 0;
    for (size_t k = 0; k < 4; ++k) {
      const auto digit = k < digits ? kBase64Digits.find(four[k]) : 0;
      if (digit == std::string_view::npos) return {};
      word = word << 6 | uint32_t(digit);
    }
    for (size_t k = 0; k + 1 < digits; ++k) out += char(word >> (16 - 8 * k) & 255);
  }
  return out;
}

}  // namespace espalier
