#include "core/base/scratch_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/owner.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// A folder's name behind the prefix is its owner's tag, and a number in parentheses where that has several.
std::string tagIn(const std::string& name, const std::string& prefix) {
  return name.substr(prefix.size(), name.find('(', prefix.size()) - prefix.size());
}

// Locked by its owner: numbers of processes mean nothing in another container of the same host.
bool isLocked(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool locked = ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return locked;
}

// Of processes that are gone.
void removeAbandoned(const fs::path& parent, const std::string& prefix) {
  std::error_code ec;
  std::vector<fs::path> abandoned;
  for (const auto& entry : fs::directory_iterator(parent, ec)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with(prefix) && isOwnerGone(tagIn(name, prefix)) && !isLocked(entry.path()))
      abandoned.push_back(entry.path());
  }
  for (const auto& folder : abandoned) fs::remove_all(folder, ec);
}

}  // namespace

fs::path scratchParent() {
  const auto named = [](const char* variable) {
    const char* value = std::getenv(variable);
    return value && *value ? fs::path(value) : fs::path();
  };
  std::error_code ec;
  if (const auto chosen = named("TMPDIR"); !chosen.empty() && fs::is_directory(chosen, ec)) return chosen;
  fs::path cache = named("XDG_CACHE_HOME");
  if (const auto home = named("HOME"); cache.empty() && !home.empty()) cache = home / ".cache";
  if (!cache.empty()) {
    fs::create_directories(cache / "espalier", ec);
    if (::access((cache / "espalier").c_str(), W_OK) == 0) return cache / "espalier";
  }
  return fs::temp_directory_path();
}

ScratchFolder::ScratchFolder(const fs::path& parent, const std::string& prefix) {
  removeAbandoned(parent, prefix);
  const auto name = prefix + ownerTag();
  std::error_code ec;
  for (int n = 1;; ++n) {
    const auto path = parent / (n == 1 ? name : name + "(" + std::to_string(n) + ")");
    if (fs::create_directory(path, ec)) {
      m_path = path;
      m_fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (m_fd >= 0) ::flock(m_fd, LOCK_EX | LOCK_NB);  // where the file system has locks
      return;
    }
    // Without an error it is there already.
    if (ec)
      throw Error(ErrorKind::Io, "The folder " + path.string() +
                                     " cannot be made: " + writeAdvice(path, ec.value(), 0) + ".");
  }
}

ScratchFolder::~ScratchFolder() {
  std::error_code ec;
  if (!m_path.empty()) fs::remove_all(m_path, ec);
  if (m_fd >= 0) ::close(m_fd);
}

}  // namespace espalier
