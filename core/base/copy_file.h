#pragma once

#include <filesystem>

namespace espalier {

// Copies a regular file, through links, with its permissions; what `to` held is written over. The standard
// library's copy says "input/output error" of a full disk, a quota or a limit. Throws Error (Io) that names
// both files, the reason and what would help; what was written of the copy is then removed.
void copyFile(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace espalier
