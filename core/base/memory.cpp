#include "core/base/memory.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/base/error.h"
#include "core/base/execution.h"
#include "core/base/tensor_memory.h"

namespace espalier {

namespace {

std::atomic<int64_t> g_limit{0};
std::atomic<int> g_sharers{1};

// The number of a line such as "VmRSS:   12345 kB" or "file 12345"; 0 where there is none.
int64_t numberIn(const std::filesystem::path& file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(key)) return std::strtoll(line.c_str() + key.size(), nullptr, 10);
  return 0;
}
int64_t statusLine(const std::string& key) {
  return numberIn("/proc/self/status", key + ":") * 1024;
}

}  // namespace

void setMemoryLimit(int64_t bytes) {
  if (auto* here = executionHere())
    here->memory = bytes;
  else
    g_limit = bytes;
}
int64_t memoryLimit() {
  const auto* here = executionHere();
  return here ? here->memory : g_limit.load();
}

int64_t weightMemoryLimit() {
  return memoryLimit() / 8 * 3;
}

int64_t availableMemory() {
  int64_t available = numberIn("/proc/meminfo", "MemAvailable:") * 1024;
  // "0::/path" of version 2; a group may allow less than those below it.
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (!line.starts_with("0::/")) continue;
    for (std::filesystem::path group = line.substr(3); !group.empty(); group = group.parent_path()) {
      const auto folder = std::filesystem::path("/sys/fs/cgroup") / group.relative_path();
      int64_t most = 0, used = 0;
      if (std::ifstream(folder / "memory.max") >> most && std::ifstream(folder / "memory.current") >> used) {
        // Cached files count as used, but give way.
        const auto stat = folder / "memory.stat";
        used -= numberIn(stat, "file ") - numberIn(stat, "shmem ");
        available = std::min(available, std::max<int64_t>(0, most - used));
      }
      if (group == group.parent_path()) break;
    }
  }
  return available / g_sharers;
}

void setMemorySharers(int processes) {
  g_sharers = std::max(1, processes);
}

int64_t ceilingFor(int64_t weightBytes, int64_t available) {
  constexpr int64_t kSmall = int64_t(1) << 30;
  return available > 0 && weightBytes > std::max(kSmall, available / 3) ? available / 5 * 4 : 0;
}

int64_t bytesNamed(const std::string& text, const std::string& flag) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  std::string unit(end);
  if (unit.ends_with("iB")) unit.resize(unit.size() - 2);
  double factor = 0;
  if (unit.empty() || unit == "B") factor = 1;
  if (unit == "K" || unit == "k") factor = 1024.0;
  if (unit == "M") factor = 1024.0 * 1024;
  if (unit == "G") factor = 1024.0 * 1024 * 1024;
  if (end == text.c_str() || factor == 0 || !(number >= 0) || number * factor > 1e18)
    throw Error(ErrorKind::InvalidInput,
                flag + " is \"" + text + "\"; a size such as 4G or 512M was expected.");
  return int64_t(number * factor);
}

int64_t residentMemory() {
  return statusLine("VmRSS");
}
int64_t peakMemory() {
  return statusLine("VmHWM");
}

void giveFreedMemoryBack() {
  releaseWaitingPages();
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

bool resetPeakMemory() {
  giveFreedMemoryBack();
  std::ofstream out("/proc/self/clear_refs");
  out << 5;
  return bool(out.flush());
}

}  // namespace espalier
