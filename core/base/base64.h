#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace espalier {

// Bytes as text of 64 characters (RFC 4648, with padding).
std::string base64(std::string_view bytes);
// Nothing where the text is none.
std::optional<std::string> bytesOfBase64(std::string_view text);

}  // namespace espalier
