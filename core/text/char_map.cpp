#include "core/text/char_map.h"

#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// The fields of a unit of a Darts double array.
bool hasLeaf(uint32_t unit) {
  return (unit >> 8 & 1) == 1;
}
uint32_t valueOf(uint32_t unit) {
  return unit & 0x7FFFFFFF;
}
uint32_t labelOf(uint32_t unit) {
  return unit & (0x80000000u | 0xFF);
}
uint32_t offsetOf(uint32_t unit) {
  return unit >> 10 << ((unit & (1u << 9)) >> 6);
}

}  // namespace

CharMap::CharMap(const std::string& bytes, const std::string& source) {
  uint32_t trieBytes = 0;
  if (bytes.size() >= 4) std::memcpy(&trieBytes, bytes.data(), 4);
  if (bytes.size() < 8 || trieBytes == 0 || trieBytes % 4 != 0 || trieBytes > bytes.size() - 4)
    throw Error(ErrorKind::Format,
                source + " has normalization rules of " + std::to_string(bytes.size()) +
                    " bytes that are cut off or are none; SentencePiece's compiled rules were "
                    "expected.");
  m_units.resize(trieBytes / 4);
  std::memcpy(m_units.data(), bytes.data() + 4, trieBytes);
  m_texts = bytes.substr(4 + trieBytes);
}

template <typename Found>
void CharMap::walk(std::string_view text, Found found) const {
  uint32_t position = offsetOf(m_units[0]);
  for (size_t i = 0; i < text.size(); ++i) {
    const auto label = uint32_t(static_cast<unsigned char>(text[i]));
    if (label == 0) return;
    position ^= label;
    if (position >= m_units.size() || labelOf(m_units[position]) != label) return;
    const uint32_t unit = m_units[position];
    position ^= offsetOf(unit);
    if (!hasLeaf(unit)) continue;
    if (position >= m_units.size() || !found(valueOf(m_units[position]), i + 1)) return;
  }
}

std::optional<std::string_view> CharMap::textAt(size_t at) const {
  if (at > m_texts.size()) return std::nullopt;
  const size_t end = std::min(m_texts.find('\0', at), m_texts.size());
  return std::string_view(m_texts).substr(at, end - at);
}

// The reference takes the shortest sequence that matches here.
std::optional<std::string_view> CharMap::shortestPrefix(std::string_view text) const {
  std::optional<std::string_view> out;
  walk(text, [&](uint32_t value, size_t) {
    out = textAt(value);
    return false;
  });
  return out;
}

std::optional<CharMap::Match> CharMap::longestPrefix(std::string_view text) const {
  std::optional<Match> out;
  walk(text, [&](uint32_t value, size_t bytes) {
    if (const auto replacement = textAt(value)) out = Match{*replacement, bytes};
    return true;
  });
  return out;
}

std::string CharMap::normalize(const std::string& text) const {
  std::string out;
  out.reserve(text.size());
  size_t begin = 0;
  for (size_t end : graphemeEnds(text)) {
    const std::string_view grapheme = std::string_view(text).substr(begin, end - begin);
    begin = end;
    if (grapheme.size() < 6) {
      if (const auto replaced = shortestPrefix(grapheme)) {
        out += *replaced;
        continue;
      }
    }
    for (size_t i = 0; i < grapheme.size();) {
      const std::string_view character = grapheme.substr(i, utf8Length(grapheme[i]));
      i += character.size();
      out += shortestPrefix(character).value_or(character);
    }
  }
  // Rules come from a file: what they put in need not be UTF-8.
  return validUtf8(out);
}

std::string decodeBase64(std::string_view text, const std::string& source) {
  std::string out;
  uint32_t bits = 0;
  int held = 0;
  for (char c : text) {
    int value = -1;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    if (c >= '0' && c <= '9') value = c - '0' + 52;
    if (c == '+') value = 62;
    if (c == '/') value = 63;
    if (c == '=') break;
    if (value < 0)
      throw Error(ErrorKind::Format,
                  source +
                      " has a character in its normalization rules that Base64 does not know; "
                      "text in Base64 was expected.");
    bits = bits << 6 | uint32_t(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += char(bits >> held & 0xFF);
    }
  }
  return out;
}

}  // namespace espalier
