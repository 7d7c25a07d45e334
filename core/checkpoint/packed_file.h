#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/checkpoint/safetensors.h"

namespace espalier {

// A packed file (docs/packed.md): a .safetensors file that holds another one, the dense file, with the zeros
// left out and all of its bytes in it. NAME.mask and NAME.values are the tensor NAME of the dense file.
class PackedFile {
 public:
  static bool isOne(const SafetensorsFile& file);  // by its metadata
  // Checks all but what is inside the tensors, which read() checks. Throws Error naming the file and the
  // tensor: a newer version, a header or tensors that are missing or too many.
  static std::shared_ptr<const PackedFile> open(SafetensorsFile file);

  // What the dense file's header says.
  const SafetensorsHeader& dense() const { return m_dense; }
  // Where the values of dense().tensors[index] lie, or its mask where all is zero.
  std::span<const std::byte> place(size_t index) const;
  const std::shared_ptr<const MappedFile>& file() const { return m_file; }
  int64_t packedBytes() const { return int64_t(m_file->bytes().size()); }

  // Unpacks a tensor of the dense file. to: of its size. Throws Error naming the file and the tensor:
  // damaged, a mask that does not match the values. May be called from several threads.
  void read(size_t index, std::span<std::byte> to) const;
  // Throws Error where a tensor's sizes do not fit its shape, without unpacking it.
  void checkSizes(size_t index) const;

  // Writes the dense file as it was, byte for byte. each: is told of each tensor that is written.
  void writeDense(const std::filesystem::path& path,
                  const std::function<void(const TensorInfo&)>& each = {}) const;

 private:
  struct Parts {
    std::optional<std::span<const std::byte>> mask;
    std::span<const std::byte> values;
  };

  PackedFile() = default;
  [[noreturn]] void bad(const std::string& what) const;
  std::string framedText(std::span<const std::byte> frames, const std::string& what) const;

  std::shared_ptr<const MappedFile> m_file;
  std::string m_denseHeader;  // with its length before it
  std::string m_gaps;         // bytes between the dense file's tensors
  SafetensorsHeader m_dense;
  std::vector<Parts> m_parts;  // of each tensor
};

// Writes a packed file tensor by tensor. The file appears under its name only on commit().
class PackedWriter {
 public:
  // denseHeader: the dense file's first bytes, its header's length included. gaps: the bytes of it that
  // belong to no tensor, in their order.
  PackedWriter(const std::filesystem::path& path, const std::string& denseHeader,
               const std::string& gaps = {});
  ~PackedWriter();

  // The tensors in the dense file's order.
  void append(std::span<const std::byte> dense);
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

// The name of a packed file: of "model-00001-of-00002.safetensors" it is
// "model-00001-of-00002.packed.safetensors".
std::string packedName(const std::string& denseName);
// The other way round; empty where it is not such a name.
std::string denseName(const std::string& packedName);
// Of the index of several packed files, which is that of the dense ones.
inline constexpr const char* kPackedIndex = "model.packed.index.json";

// The bytes of a safetensors file that belong to no tensor, as PackedWriter takes them.
std::string gapsIn(const SafetensorsFile& file);

}  // namespace espalier
