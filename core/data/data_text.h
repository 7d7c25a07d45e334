#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace espalier {

// The bytes of a text file of a data set, or of its start, as UTF-8: byte order marks at the start of it and
// of its lines (of files that were put together) are left out, UTF-16 (which such a mark tells) is converted,
// and lines that end in a carriage return alone end in a line feed. Bytes that are no UTF-8 stay as they are:
// names of files may hold them.
std::string dataTextOf(std::string bytes);

// A whole text file so. Throws Error as readTextFile does.
std::string readDataText(const std::filesystem::path& file, int64_t maxBytes = int64_t(1) << 30);

// Whether bytes, read as above, are no text: zero bytes show UTF-16 without its mark, UTF-32, or a
// spreadsheet, an archive or another program's file under the name of a text.
bool holdsNoText(const std::string& text);

// One value of JSON as other programs write it: NaN, Infinity, -Infinity and numbers beyond any double become
// null, half a surrogate pair and bytes that are no UTF-8 become U+FFFD. is_discarded() where it is no JSON.
nlohmann::json parsedJson(const std::string& text);

}  // namespace espalier
