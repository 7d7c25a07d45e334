#include "core/data/data_text.h"

#include <algorithm>
#include <cmath>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// Numbers that are none become null, at any depth.
void dropNonNumbers(nlohmann::json& value) {
  if (value.is_structured())
    for (auto& each : value) dropNonNumbers(each);
  else if (value.is_number_float() && !std::isfinite(value.get<double>()))
    value = nullptr;
}

}  // namespace

std::string dataTextOf(std::string bytes) {
  auto text = decodedText(std::move(bytes));
  for (size_t at = 0; (at = text.find("\n\xEF\xBB\xBF", at)) != std::string::npos; ++at)
    text.erase(at + 1, 3);
  if (text.find('\n') == std::string::npos) std::replace(text.begin(), text.end(), '\r', '\n');
  return text;
}

std::string readDataText(const std::filesystem::path& file, int64_t maxBytes) {
  return dataTextOf(readTextFile(file, maxBytes));
}

bool holdsNoText(const std::string& text) {
  return text.find('\0') != std::string::npos;
}

nlohmann::json parsedJson(const std::string& text) {
  auto parsed = tryParseJson(text);
  if (!parsed) parsed = tryParseJson(validUtf8(text));
  if (!parsed) return nlohmann::json(nlohmann::json::value_t::discarded);
  dropNonNumbers(*parsed);
  return *parsed;
}

}  // namespace espalier
