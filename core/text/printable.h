#pragma once

#include <string>
#include <string_view>

namespace espalier {

// A text as it may be shown on a terminal: control characters, which could move the cursor or rename the
// window, and marks that turn the direction of writing are written as \u00XX; bytes that are no UTF-8 become
// U+FFFD. Line ends and tabs stay. Texts that come from files are shown so. In JSON, which escapes the other
// control characters itself, the result means the same.
std::string printable(std::string_view text);

}  // namespace espalier
