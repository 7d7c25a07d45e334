#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "core/checkpoint/safetensors.h"

namespace espalier {

// The entries of a zip file as spans of its memory map (APPNOTE.TXT 6.3, with zip64 sizes). Only entries
// stored as they are can be read, as torch.save writes them: nothing is ever unpacked, so no file can grow.
// open() checks every header and offset against the file and throws Error naming the file.
class ZipArchive {
 public:
  static ZipArchive open(std::shared_ptr<const MappedFile> file);
  static bool looksLikeOne(std::span<const std::byte> bytes);  // by its first four bytes

  struct Entry {
    std::span<const std::byte> bytes;
    uint32_t checksum = 0;  // CRC-32 as the directory gives it; 0: none was written. Not checked by open()
    bool packed = false;    // compressed or encrypted: the bytes are not the content
  };
  const std::map<std::string, Entry>& entries() const { return m_entries; }

 private:
  std::shared_ptr<const MappedFile> m_file;
  std::map<std::string, Entry> m_entries;
};

}  // namespace espalier
