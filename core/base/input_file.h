#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace espalier {

// A file opened for reading. Every file that a person or another program gives is opened this way: a folder,
// a pipe, a device or a socket is refused, since reading one could wait for ever or never come to an end.
// Links are followed.
class InputFile {
 public:
  // Throws Error naming the file: missing, not a regular file, not allowed to be read.
  explicit InputFile(const std::filesystem::path& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  int descriptor() const { return m_fd; }
  int64_t size() const { return m_size; }  // in bytes, when it was opened
  const std::filesystem::path& path() const { return m_path; }

  // Reads from a place in bytes and says how many bytes there were: fewer than asked for at the file's end.
  // Throws Error naming the file.
  size_t read(int64_t place, std::span<std::byte> to) const;

 private:
  std::filesystem::path m_path;
  int m_fd = -1;
  int64_t m_size = 0;
};

// What lies at a path that is there and is not a regular file, links followed: "a folder", "a named pipe",
// "a device", "a socket". Empty where it is a regular file, or nothing is there.
std::string specialFileAt(const std::filesystem::path& path);

// Throws Error naming the file if its content is what Git LFS leaves in place of a file that it has not
// fetched.
void requireNoGitLfsPointer(std::string_view content, const std::filesystem::path& path);

}  // namespace espalier
