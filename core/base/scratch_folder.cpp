#include "core/base/scratch_folder.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// Of processes that are gone.
void removeAbandoned(const fs::path& parent, const std::string& prefix) {
  std::error_code ec;
  std::vector<fs::path> abandoned;
  for (const auto& entry : fs::directory_iterator(parent, ec)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    char* end = nullptr;
    const auto process = std::strtoll(name.c_str() + prefix.size(), &end, 10);
    if ((*end == 0 || *end == '-') && process > 0 && ::kill(pid_t(process), 0) != 0 && errno == ESRCH)
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
  const auto name = prefix + std::to_string(::getpid());
  std::error_code ec;
  for (int n = 1;; ++n) {
    const auto path = parent / (n == 1 ? name : name + "-" + std::to_string(n));
    if (fs::create_directory(path, ec)) {
      m_path = path;
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
}

}  // namespace espalier
