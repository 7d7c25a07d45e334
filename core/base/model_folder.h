#pragma once

#include <filesystem>

namespace espalier {

// The folder that is meant by one of the Hugging Face cache (models--OWNER--NAME with refs and snapshots):
// the snapshot that refs/main names, or the only one; also by the folder above it, where it is the only model
// there. Any other folder as it is. Throws Error where the cache has several models, or several snapshots and
// names none, or has none.
std::filesystem::path modelFolderAt(const std::filesystem::path& folder);

// Throws Error where a file only stands for another one: a pointer of Git LFS, or a link that was copied as
// the text of its target. A file that is not there passes.
void refusePointer(const std::filesystem::path& file);

}  // namespace espalier
