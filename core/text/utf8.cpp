#include "core/text/utf8.h"

namespace espalier {

namespace {

struct Sequence {
  size_t length;  // bytes to take
  bool valid;
};

// One sequence from position on, or the longest beginning of one that is still well-formed.
Sequence sequenceAt(std::string_view s, size_t i) {
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned lead = byte(i);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned low = 0x80,
           high = 0xBF;  // bounds of the second byte keep out overlong forms, surrogates and > U+10FFFF
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (size_t k = 1; k < length; ++k) {
    if (i + k >= s.size() || byte(i + k) < low || byte(i + k) > high) return {k, false};
    low = 0x80, high = 0xBF;
  }
  return {length, true};
}

}  // namespace

bool isValidUtf8(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size();) {
    const Sequence s = sequenceAt(bytes, i);
    if (!s.valid) return false;
    i += s.length;
  }
  return true;
}

std::string validUtf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size();) {
    const Sequence s = sequenceAt(bytes, i);
    if (s.valid)
      out.append(bytes, i, s.length);
    else
      out += "\xEF\xBF\xBD";
    i += s.length;
  }
  return out;
}

std::string decodedText(std::string bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return bytes.substr(3);
  const bool little = bytes.starts_with("\xFF\xFE");
  if (!little && !bytes.starts_with("\xFE\xFF")) return bytes;
  const auto unit = [&](size_t i) -> char32_t {
    if (i + 1 >= bytes.size()) return 0;
    const auto a = static_cast<unsigned char>(bytes[i]), b = static_cast<unsigned char>(bytes[i + 1]);
    return char32_t(little ? a | b << 8 : a << 8 | b);
  };
  std::string out;
  for (size_t i = 2; i + 1 < bytes.size(); i += 2) {
    char32_t c = unit(i);
    const char32_t next = unit(i + 2);
    if (c >= 0xD800 && c < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (next - 0xDC00);
      i += 2;
    } else if (c >= 0xD800 && c < 0xE000) {
      c = U'\uFFFD';
    }
    appendUtf8(out, c);
  }
  return out;
}

char32_t nextCodePoint(std::string_view s, size_t& i) {
  const auto byte = [&](size_t k) { return char32_t(static_cast<unsigned char>(s[k])); };
  const char32_t lead = byte(i);
  const size_t length = utf8Length(s[i]);
  if (length == 1 || i + length > s.size()) {
    ++i;
    return lead;
  }
  char32_t c = lead & (0xFF >> (length + 1));
  for (size_t k = 1; k < length; ++k) c = c << 6 | (byte(i + k) & 0x3F);
  i += length;
  return c;
}

std::u32string toUtf32(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) out += nextCodePoint(text, i);
  return out;
}

std::string toUtf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char32_t c : text) appendUtf8(out, c);
  return out;
}

std::string replaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  out.reserve(text.size());
  size_t done = 0;
  for (size_t at = text.find(from); at != std::string_view::npos && !from.empty();
       at = text.find(from, done)) {
    out += text.substr(done, at - done);
    out += to;
    done = at + from.size();
  }
  out += text.substr(done);
  return out;
}

}  // namespace espalier
