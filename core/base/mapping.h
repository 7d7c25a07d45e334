#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace espalier {

// A whole file mapped into memory to be read. The system ends a process that reads where such a file has been
// cut off meanwhile (SIGBUS); here it reads zeros, and the file counts as changed. Whoever makes something of
// the bytes asks checkMappings() before it is kept or told.
class Mapping {
 public:
  Mapping() = default;
  // fd: the open file, of `size` bytes; stays the caller's to close. Throws Error (Io) naming the file.
  Mapping(const std::filesystem::path& path, int fd, size_t size);
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::span<const std::byte> bytes() const { return {m_data, m_size}; }

 private:
  const std::byte* m_data = nullptr;
  size_t m_size = 0;
  int m_slot = -1;
};

// Throws Error (Io) naming a mapped file that is no longer what it was when it was mapped: shorter, or of
// another size or time. A file of that name that has taken its place is another one and does no harm. One
// call of the system for each mapped file.
void checkMappings();

}  // namespace espalier
