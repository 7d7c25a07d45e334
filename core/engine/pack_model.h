#pragma once

#include "core/engine/engine.h"

namespace espalier {

struct PackOptions {
  // "absmax" or "mse": matrices that the family can prune are held as int8 numbers with a scale of that kind
  // for each row (core/base/int8_rows.h), and come back near what they were. Empty: everything comes back as
  // it was.
  std::string int8 = {};
};

struct PackResult {
  int64_t denseBytes = 0;   // of the dense weight files
  int64_t packedBytes = 0;  // of the packed ones
  double seconds = 0;
  int64_t int8Matrices = 0;             // held as int8
  std::vector<std::string> notes = {};  // as ExportResult's
};

// Writes a model folder anew with its weights packed (docs/packed.md), and the other way round. What
// unpackModel() writes are the safetensors files that were packed, byte for byte (but for matrices held as
// int8, which a note tells), and the files beside them; weights of PyTorch state dicts come back as
// safetensors. The folder must not exist or be empty; it appears whole or not at all, and every tensor is
// read back and compared before it does. Throws Error naming the folder: packed already or not, damaged, not
// to be written.
PackResult packModel(const std::filesystem::path& folder, const std::filesystem::path& out,
                     const JobControl& control, const PackOptions& options = {});
PackResult unpackModel(const std::filesystem::path& folder, const std::filesystem::path& out,
                       const JobControl& control);

}  // namespace espalier
