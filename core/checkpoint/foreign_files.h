#pragma once

#include <filesystem>
#include <string>

namespace espalier {

// What lies in a folder that is not a model folder as transformers writes it: "it holds model.gguf, a file of
// llama.cpp (GGUF), which is not read; ...". Ends a sentence; empty where nothing known is there. Looks at
// names alone.
std::string foreignFilesIn(const std::filesystem::path& folder);

}  // namespace espalier
