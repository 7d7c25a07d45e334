#pragma once

#include <memory>
#include <span>

#include "core/checkpoint/packed_file.h"
#include "core/checkpoint/safetensors.h"

namespace espalier {

// A tensor's bytes as a dense file holds them: a view of the mapped file, valid while that lives, or unpacked
// into memory of their own.
struct TensorBytes {
  std::span<const std::byte> bytes;
  std::shared_ptr<const std::byte[]> memory = {};
};

// A tensor in a file, not read yet.
struct StoredTensor {
  std::shared_ptr<const MappedFile> file;
  TensorInfo info;
  std::span<const std::byte> place;  // where it lies; what it takes in the file
  // Of a packed file; null: place holds the tensor's bytes as they are.
  std::shared_ptr<const PackedFile> packed = {};
  size_t index = 0;  // in the packed file

  // Throws Error naming the file and the tensor where a packed one is damaged.
  TensorBytes read() const;
};

}  // namespace espalier
