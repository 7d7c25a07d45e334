#include "core/base/owner.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "core/base/error.h"
#include "core/base/file.h"

namespace espalier {

namespace fs = std::filesystem;

std::string hostName() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || !name[0]) return "unknown";
  std::string host = name.data();
  for (char& c : host)
    if (c == '/' || c == '@') c = '_';
  return host;
}

namespace {

// The process and the host of a tag; process 0 where it is none.
struct Owner {
  long long process = 0;
  std::string host;
};

Owner ownerOf(const std::string& tag) {
  char* end = nullptr;
  const long long process = std::strtoll(tag.c_str(), &end, 10);
  if (end == tag.c_str() || *end != '@' || process <= 0 || !end[1]) return {};
  return {process, end + 1};
}

std::string contentOf(int fd) {
  std::array<char, 512> text{};
  const ssize_t n = ::pread(fd, text.data(), text.size(), 0);
  std::string out(text.data(), n > 0 ? size_t(n) : 0);
  return out.substr(0, out.find('\n'));
}

[[noreturn]] void failToHold(const fs::path& file, int fd, int error) {
  if (fd >= 0) ::close(fd);
  throw Error(ErrorKind::Io, file.string() + " cannot be written: " + writeAdvice(file, error, 0) + ".");
}

}  // namespace

std::string ownerTag() {
  return std::to_string(::getpid()) + "@" + hostName();
}

bool isOwnerGone(const std::string& tag) {
  const auto owner = ownerOf(tag);
  return owner.process > 0 && owner.host == hostName() && ::kill(pid_t(owner.process), 0) != 0 &&
         errno == ESRCH;
}

std::string ownerText(const std::string& tag) {
  const auto owner = ownerOf(tag);
  return owner.process > 0 ? "process " + std::to_string(owner.process) + " on " + owner.host : tag;
}

PlaceLock::PlaceLock(const fs::path& place) : m_file(place.string() + ".lock") {
  for (;;) {
    const int fd = ::open(m_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) failToHold(m_file, fd, errno);
    const bool locked = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    const int error = errno;
    const auto holder = contentOf(fd);
    // Where the system has no locks, who wrote the file holds it, unless that is a process known to be gone.
    const bool noLocks = !locked && error != EWOULDBLOCK && error != EINTR;
    if ((!locked && !noLocks) || (noLocks && !holder.empty() && !isOwnerGone(holder))) {
      ::close(fd);
      throw Error(ErrorKind::InvalidInput,
                  place.string() + " is in use by " +
                      (holder.empty() ? "another process" : ownerText(holder)) + " (" + m_file.string() +
                      "); wait until that is done, stop it, or choose another place.");
    }
    // The one who held it may have removed the file between our opening and our locking it.
    struct stat ours {
    }, there{};
    if (::fstat(fd, &ours) != 0 || ::stat(m_file.c_str(), &there) != 0 || ours.st_ino != there.st_ino ||
        ours.st_dev != there.st_dev) {
      ::close(fd);
      continue;
    }
    const auto tag = ownerTag() + "\n";
    if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, tag.data(), tag.size(), 0) != ssize_t(tag.size())) {
      const int reason = errno;
      ::unlink(m_file.c_str());  // a full disk keeps no empty lock
      failToHold(m_file, fd, reason);
    }
    m_fd = fd;
    return;
  }
}

PlaceLock::~PlaceLock() {
  ::unlink(m_file.c_str());
  ::close(m_fd);
}

}  // namespace espalier
