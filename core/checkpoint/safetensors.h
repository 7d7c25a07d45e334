#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/mapping.h"

namespace espalier {

enum class DType { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

int64_t sizeOf(DType type);      // bytes of one element
std::string nameOf(DType type);  // as safetensors spells it: "BF16"
bool isFloating(DType type);

struct TensorInfo {
  std::string name;
  DType dtype = DType::F32;
  std::vector<int64_t> shape;

  int64_t elements() const;
  int64_t bytes() const { return elements() * sizeOf(dtype); }
};

// A read-only memory map of a whole file, shared by everything that points into it.
class MappedFile {
 public:
  static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
  std::span<const std::byte> bytes() const { return m_mapping->bytes(); }
  const std::filesystem::path& path() const { return m_path; }
  // Lets the system take back the memory of a part until it is read again.
  void release(std::span<const std::byte> part) const;
  // Lets the system begin to read a part that will be needed.
  void willNeed(std::span<const std::byte> part) const;

 private:
  MappedFile() = default;
  void advise(std::span<const std::byte> part, int advice) const;
  std::unique_ptr<const Mapping> m_mapping;
  std::filesystem::path m_path;
};

// What the header of a safetensors file says.
struct SafetensorsHeader {
  std::vector<TensorInfo> tensors;  // in file order
  std::vector<int64_t> offsets;     // of each, from the first byte behind the header
  std::map<std::string, std::string> metadata;

  // text: the JSON alone; dataBytes: what follows it. Throws Error naming path as SafetensorsFile::open()
  // does.
  static SafetensorsHeader parse(std::string_view text, const std::filesystem::path& path, int64_t dataBytes);
};

// The bytes a file begins with, its header's length included, where the tensors follow one another.
// bytesAtLeast: blanks at its end make it so long.
std::string safetensorsHeader(const std::vector<TensorInfo>& tensors,
                              const std::map<std::string, std::string>& metadata, size_t bytesAtLeast = 0);

// One .safetensors file, memory-mapped. open() checks everything the header says against the file (length,
// JSON, dtypes, shapes, offsets inside the file, not overlapping, matching the shape) and throws Error naming
// the file and the tensor.
class SafetensorsFile {
 public:
  static SafetensorsFile open(const std::filesystem::path& path);

  const std::vector<TensorInfo>& tensors() const { return m_header.tensors; }  // in file order
  const std::map<std::string, std::string>& metadata() const { return m_header.metadata; }
  std::span<const std::byte> bytes(size_t index) const;  // of tensors()[index]; valid while file() lives
  const SafetensorsHeader& header() const { return m_header; }
  std::shared_ptr<const MappedFile> file() const { return m_file; }
  std::string_view headerBytes() const;          // the file's first bytes, the header's length included
  std::span<const std::byte> dataBytes() const;  // all that follows them

 private:
  std::shared_ptr<const MappedFile> m_file;
  SafetensorsHeader m_header;
  int64_t m_dataStart = 0;
};

// Writes a .safetensors file tensor by tensor, so that no more than one need be in memory. The layout is
// fixed at the start; append() takes the tensors in that order. The file appears under its name only on
// commit().
class SafetensorsWriter {
 public:
  SafetensorsWriter(const std::filesystem::path& path, std::vector<TensorInfo> tensors,
                    const std::map<std::string, std::string>& metadata);
  ~SafetensorsWriter();

  void append(std::span<const std::byte> bytes);
  void commit();
  int64_t fileBytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace espalier
