#pragma once

#include "core/engine/engine.h"

namespace espalier {

struct PackResult {
  int64_t denseBytes = 0;   // of the dense weight files
  int64_t packedBytes = 0;  // of the packed ones
  double seconds = 0;
  std::vector<std::string> notes = {};  // as ExportResult's
};

// Writes a model folder anew with its weights packed (docs/packed.md), and the other way round. What
// unpackModel() writes are the safetensors files that were packed, byte for byte, and the files beside them;
// weights of PyTorch state dicts come back as safetensors. The folder must not exist or be empty; it appears
// whole or not at all, and every tensor is read back and compared before it does. Throws Error naming the
// folder: packed already or not, damaged, not to be written.
PackResult packModel(const std::filesystem::path& folder, const std::filesystem::path& out,
                     const JobControl& control);
PackResult unpackModel(const std::filesystem::path& folder, const std::filesystem::path& out,
                       const JobControl& control);

}  // namespace espalier
