#include "core/data/data_text.h"

#include <cctype>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// The code unit of an escape \uXXXX that begins at `at`; -1: none does.
int escapedUnit(const std::string& text, size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!std::isxdigit(c)) return -1;
    unit = unit * 16 + (std::isdigit(c) ? c - '0' : std::tolower(c) - 'a' + 10);
  }
  return unit;
}

bool isHigh(int unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool isLow(int unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

}  // namespace

std::string readDataText(const std::filesystem::path& file, int64_t maxBytes) {
  return decodedText(readTextFile(file, maxBytes));
}

std::string plainJson(const std::string& given) {
  const auto text = validUtf8(given);
  std::string out;
  out.reserve(text.size());
  bool inString = false;
  for (size_t i = 0; i < text.size();) {
    if (inString) {
      if (text[i] != '\\') {
        inString = text[i] != '"';
        out += text[i++];
        continue;
      }
      const int unit = escapedUnit(text, i);
      if (isHigh(unit) && isLow(escapedUnit(text, i + 6))) {
        out.append(text, i, 12);
        i += 12;
      } else if (isHigh(unit) || isLow(unit)) {
        out += "\\ufffd";
        i += 6;
      } else {
        out.append(text, i, 2);
        i += 2;
      }
      continue;
    }
    bool replaced = false;
    for (const std::string word : {"NaN", "-Infinity", "Infinity"})
      if (!replaced && text.compare(i, word.size(), word) == 0) {
        out += "null";
        i += word.size();
        replaced = true;
      }
    if (replaced) continue;
    inString = text[i] == '"';
    out += text[i++];
  }
  return out;
}

nlohmann::json parsedJson(const std::string& text) {
  if (auto parsed = tryParseJson(text)) return *parsed;
  auto parsed = tryParseJson(plainJson(text));
  return parsed ? *parsed : nlohmann::json(nlohmann::json::value_t::discarded);
}

}  // namespace espalier
