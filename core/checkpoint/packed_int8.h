#pragma once

#include "core/base/int8_rows.h"
#include "core/checkpoint/packed_file.h"

namespace espalier {

// Whether a tensor of a packed file is held as int8 numbers with a scale for each row, and comes back near
// what it was, not as it was.
bool isInt8(const PackedFile& file, size_t index);

// Writes a packed file as PackedWriter does, which is made of this, and can hold matrices as int8 numbers.
class Int8PackedWriter {
 public:
  Int8PackedWriter(const std::filesystem::path& path, const std::string& denseHeader,
                   const std::string& gaps = {});
  ~Int8PackedWriter();

  // The tensors in the dense file's order, each by one of the two.
  void append(std::span<const std::byte> dense);
  // A matrix of float32, bfloat16 or float16, with its own kind of scale.
  void appendInt8(std::span<const std::byte> dense, Int8Scale scale);
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace espalier
