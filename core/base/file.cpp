#include "core/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/error.h"
#include "core/base/input_file.h"
#include "core/base/json.h"
#include "core/base/json_numbers.h"
#include "core/base/owner.h"

namespace espalier {

namespace fs = std::filesystem;

std::string readTextFile(const fs::path& path, int64_t maxBytes) {
  const InputFile in(path);
  const auto tooLong = [&](int64_t bytes) {
    throw Error(ErrorKind::Format, path.string() + " has " + std::to_string(bytes) + " bytes; at most " +
                                       std::to_string(maxBytes) + " were expected of such a file.");
  };
  if (in.size() > maxBytes) tooLong(in.size());
  // One byte more, as files of the system say that they have none, and a file may grow while it is read.
  std::string text(size_t(in.size()) + 1, '\0');
  size_t length = 0;
  for (;;) {
    length += in.read(int64_t(length), std::as_writable_bytes(std::span(text).subspan(length)));
    if (int64_t(length) > maxBytes) tooLong(int64_t(length));
    if (length < text.size()) break;
    text.resize(std::min<size_t>(size_t(maxBytes), length * 2) + 1);
  }
  text.resize(length);
  requireNoGitLfsPointer(text, path);
  return text;
}

nlohmann::json readJsonFile(const fs::path& path) {
  return parseJson(readTextFile(path), path.string());
}

std::string writeAdvice(const fs::path& target, int error, int64_t missingBytes) {
  const fs::path absolute = fs::absolute(target);
  const std::string folder = absolute.parent_path().string();
  switch (error) {
    case ENOSPC:
    case EDQUOT: {
      constexpr int64_t kMegabyte = 1'000'000;
      const int64_t megabytes = std::max<int64_t>(1, (missingBytes + kMegabyte - 1) / kMegabyte);
      return std::string(error == ENOSPC ? "the disk is full" : "your quota of the disk is used up") +
             "; free at least " + std::to_string(megabytes) + " MB in " + folder +
             ", or choose another folder";
    }
    case EFBIG:
      return "the file would be larger than this file system or a limit allows; choose a folder on another "
             "disk";
    case EACCES:
    case EPERM:
    case EROFS:
      return "the folder " + folder + " may not be written to (" + std::strerror(error) +
             "); allow it, or choose another folder";
    case ENOENT:
      if (std::error_code ec; fs::exists(folder, ec))  // such as /proc
        return "no file can be made in " + folder + "; choose another folder";
      return "there is no folder " + folder + "; make it, or choose another folder";
    default:
      return std::string(std::strerror(error)) + "; choose another folder if it stays so";
  }
}

void writeFileAtomically(const fs::path& path, std::string_view content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

nlohmann::json readEspalierJson(const fs::path& path, const std::string& kind, int newestVersion) {
  auto j = readJsonFile(path);
  const std::string wanted = "espalier/" + kind;
  if (!j.is_object() || !j.contains("format") || !j["format"].is_string())
    throw Error(ErrorKind::Format, path.string() + " is not an Espalier file: \"format\": \"" + wanted +
                                       "\" was expected in it.");
  if (j["format"] != wanted)
    throw Error(ErrorKind::Format, path.string() + " holds \"" + j["format"].get<std::string>() + "\"; \"" +
                                       wanted + "\" was expected.");
  const auto version = j.contains("version") && isWhole(j["version"]) ? j["version"].get<int64_t>() : 0;
  if (version < 1 || version > newestVersion)
    throw Error(ErrorKind::Format, path.string() + " has version " + std::to_string(version) + " of " +
                                       wanted + "; this program reads up to version " +
                                       std::to_string(newestVersion) + ".");
  return j;
}

void writeEspalierJson(const fs::path& path, const std::string& kind, nlohmann::json content, int version) {
  content["format"] = "espalier/" + kind;
  content["version"] = version;
  writeFileAtomically(path, jsonText(content, 1) + "\n");
}

bool isFileTarget(const fs::path& path) {
  std::error_code ec;
  const auto status = fs::status(path, ec);
  return !fs::exists(status) || fs::is_regular_file(status);
}

fs::path linkTarget(const fs::path& path) {
  constexpr int kMostLinks = 40;  // the system's own limit
  fs::path at = path;
  std::error_code ec;
  for (int i = 0; i < kMostLinks && fs::is_symlink(fs::symlink_status(at, ec)); ++i) {
    const auto to = fs::read_symlink(at, ec);
    at = to.is_absolute() ? to : at.parent_path() / to;
  }
  return at;
}

AtomicFile::AtomicFile(fs::path target) : m_target(std::move(target)) {
  struct stat there {};
  const bool exists = ::stat(m_target.c_str(), &there) == 0;
  if (exists && S_ISDIR(there.st_mode))
    throw Error(ErrorKind::InvalidInput, m_target.string() + " is a folder; a file was expected.");
  if (exists && !S_ISREG(there.st_mode)) {
    // A pipe that nobody reads is not waited for.
    m_fd = ::open(m_target.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (m_fd < 0 && errno == ENXIO)
      throw Error(ErrorKind::Io,
                  m_target.string() + " is a pipe or a socket that nobody reads from; a file was expected.");
    if (m_fd < 0) fail("cannot be written", errno);
    ::fcntl(m_fd, F_SETFL, ::fcntl(m_fd, F_GETFL) & ~O_NONBLOCK);
    return;
  }
  m_target = linkTarget(m_target);
  // Under a name that nobody has: several of a process may write to one target.
  constexpr int kMostNames = 1000;
  for (int n = 1; m_fd < 0; ++n) {
    m_temporary = m_target;
    m_temporary += ".partial-" + ownerTag();
    if (n > 1) m_temporary += std::string("(").append(std::to_string(n)).append(")");
    m_fd = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (m_fd < 0 && (errno != EEXIST || n == kMostNames)) {
      const int error = errno;
      m_temporary.clear();
      fail("cannot be created", error);
    }
  }
  if (exists) ::fchmod(m_fd, there.st_mode & 07777);
}

AtomicFile::~AtomicFile() {
  if (m_fd >= 0) {
    ::close(m_fd);
    if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
  }
}

void AtomicFile::fail(const std::string& doing, int error, int64_t missingBytes) {
  if (m_fd >= 0) {
    ::close(m_fd);
    if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
    m_fd = -1;
  }
  throw Error(ErrorKind::Io,
              m_target.string() + " " + doing + ": " + writeAdvice(m_target, error, missingBytes) + ".");
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t n = ::write(m_fd, bytes.data() + at, std::min<size_t>(bytes.size() - at, size_t(1) << 26));
    if (n < 0) {
      if (errno == EINTR) continue;
      fail("cannot be written", errno, int64_t(bytes.size() - at));
    }
    at += size_t(n);
  }
}

void AtomicFile::write(std::string_view text) {
  write(std::as_bytes(std::span(text.data(), text.size())));
}

void AtomicFile::overwrite(int64_t place, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::pwrite(m_fd, text.data(), text.size(), off_t(place));
    if (n < 0) {
      if (errno == EINTR) continue;
      fail("cannot be written", errno, int64_t(text.size()));
    }
    text.remove_prefix(size_t(n));
    place += n;
  }
}

void AtomicFile::commit() {
  if (::fsync(m_fd) != 0 && errno != EINVAL && errno != EROFS) fail("cannot be flushed to disk", errno);
  if (::close(m_fd) != 0) {
    const int error = errno;
    m_fd = -1;
    if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
    throw Error(ErrorKind::Io,
                m_target.string() + " cannot be written: " + writeAdvice(m_target, error, 0) + ".");
  }
  m_fd = -1;
  if (m_temporary.empty()) return;
  if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) {
    const int error = errno;
    ::unlink(m_temporary.c_str());
    throw Error(ErrorKind::Io,
                m_target.string() + " cannot be replaced: " + writeAdvice(m_target, error, 0) + ".");
  }
}

}  // namespace espalier
