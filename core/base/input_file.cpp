#include "core/base/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/error.h"

namespace espalier {

namespace {

std::string kindOfSpecial(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  if (S_ISSOCK(mode)) return "a socket";
  return {};
}

[[noreturn]] void cannotOpen(const std::filesystem::path& path, int error) {
  if (error == ENOENT) throw Error(ErrorKind::Io, path.string() + " does not exist.");
  throw Error(ErrorKind::Io, path.string() + " cannot be read: " + std::strerror(error) + ".");
}

void requireRegular(const std::filesystem::path& path, mode_t mode) {
  if (const auto kind = kindOfSpecial(mode); !kind.empty())
    throw Error(ErrorKind::Io, path.string() + " is " + kind + "; a file was expected.");
}

}  // namespace

std::string specialFileAt(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? kindOfSpecial(info.st_mode) : std::string();
}

InputFile::InputFile(const std::filesystem::path& path) : m_path(path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) cannotOpen(path, errno);
  // Looked at before it is opened, since opening alone makes some devices act.
  requireRegular(path, info.st_mode);
  // Should a pipe have taken its place in between, opening it does not wait.
  m_fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (m_fd < 0) cannotOpen(path, errno);
  if (::fstat(m_fd, &info) != 0) info.st_mode = S_IFCHR;
  m_size = int64_t(info.st_size);
  try {
    requireRegular(path, info.st_mode);
  } catch (...) {
    ::close(m_fd);
    throw;
  }
}

InputFile::~InputFile() {
  ::close(m_fd);
}

void requireNoGitLfsPointer(std::string_view content, const std::filesystem::path& path) {
  if (content.starts_with("version https://git-lfs.github.com/spec/"))
    throw Error(ErrorKind::Format, path.string() +
                                       " is a Git LFS pointer that stands for the file; run git lfs pull to "
                                       "fetch the file itself.");
}

size_t InputFile::read(int64_t place, std::span<std::byte> to) const {
  size_t done = 0;
  while (done < to.size()) {
    const size_t most = std::min<size_t>(to.size() - done, size_t(1) << 26);
    const ssize_t n = ::pread(m_fd, to.data() + done, most, off_t(place + int64_t(done)));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(ErrorKind::Io, m_path.string() + " cannot be read: " + std::strerror(errno) + ".");
    if (n == 0) break;
    done += size_t(n);
  }
  return done;
}

}  // namespace espalier
