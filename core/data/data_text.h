#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace espalier {

// A text file of a data set as UTF-8: a byte order mark at its start is left out, and a file in UTF-16 (which
// such a mark tells) is converted. Bytes that are no UTF-8 stay as they are: names of files may hold them.
// Throws Error as readTextFile does.
std::string readDataText(const std::filesystem::path& file, int64_t maxBytes = int64_t(1) << 30);

// One value of JSON as other programs write it: NaN, Infinity, -Infinity and numbers beyond any double become
// null, half a surrogate pair and bytes that are no UTF-8 become U+FFFD. is_discarded() where it is no JSON.
nlohmann::json parsedJson(const std::string& text);

}  // namespace espalier
