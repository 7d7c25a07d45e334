#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json_text.h"

namespace espalier {

// Every JSON text of the program is read here. JSON as RFC 8259 has it, and what Python's json module writes
// beside it: NaN, Infinity and -Infinity are numbers (whoever uses one has to look, configValue does). A
// number beyond the range of a double is infinite. A byte order mark at the start is passed over. Half a
// surrogate pair (\ud800) becomes U+FFFD. Of equal keys the last counts.
constexpr int kMaxJsonDepth = 512;  // lists and objects within each other

struct JsonFault {
  int64_t line = 1, column = 1;  // of the fault, from 1; columns count bytes
  std::string what;              // "a value was expected"
};

// Tells `events` what it reads, in order, and does not recurse. False where there is a fault, or where a
// handler returned false (`fault` has no `what` then). `line`, where given, is the line the reader is at.
bool readJsonEvents(std::string_view text, nlohmann::json_sax<nlohmann::json>& events, JsonFault& fault,
                    int64_t* line = nullptr);

// Throws Error: "<where> is not valid JSON (line 3, column 7): a value was expected."
nlohmann::json parseJson(std::string_view text, const std::string& where);
// The same where the order of keys counts.
nlohmann::ordered_json parseOrderedJson(std::string_view text, const std::string& where);
// Nothing where the text is no JSON.
std::optional<nlohmann::json> tryParseJson(std::string_view text);

bool isUtf8(std::string_view bytes);

}  // namespace espalier
