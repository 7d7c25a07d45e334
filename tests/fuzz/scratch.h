#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

namespace espalier::fuzz {

using Bytes = std::span<const uint8_t>;

inline std::string textOf(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A folder of this process, in memory where there is such a place; gone when the process ends in order.
class Scratch {
 public:
  static const Scratch& folder() {
    static const Scratch one;
    return one;
  }
  ~Scratch() {
    std::error_code ec;
    std::filesystem::remove_all(m_path, ec);
  }
  // Writes a file in it, whose folder is there.
  std::filesystem::path put(const std::string& name, Bytes bytes) const {
    const auto file = m_path / name;
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
    return file;
  }
  std::filesystem::path put(const std::string& name, const std::string& text) const {
    return put(name, Bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  }
  const std::filesystem::path& path() const { return m_path; }
  // An empty folder in it.
  std::filesystem::path empty(const std::string& name) const {
    std::filesystem::remove_all(m_path / name);
    std::filesystem::create_directories(m_path / name);
    return m_path / name;
  }

 private:
  Scratch() {
    std::error_code ec;
    const std::filesystem::path base = std::filesystem::is_directory("/dev/shm", ec)
                                           ? std::filesystem::path("/dev/shm")
                                           : std::filesystem::temp_directory_path();
    m_path = base / ("espalier-fuzz-" + std::to_string(::getpid()));
    std::filesystem::create_directories(m_path);
  }

  std::filesystem::path m_path;
};

}  // namespace espalier::fuzz
