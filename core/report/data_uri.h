#pragma once

#include <filesystem>
#include <string>

namespace espalier {

// A picture file as a data: address for HTML; empty where it cannot be read or is of no kind that browsers
// show.
std::string dataUri(const std::filesystem::path& file);

}  // namespace espalier
