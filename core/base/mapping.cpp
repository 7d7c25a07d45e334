#include "core/base/mapping.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>

#include "core/base/error.h"

namespace espalier {

namespace {

// What the handler looks at: numbers only, without a lock. Mappings beyond these are not watched.
constexpr size_t kMostWatched = 4096;

struct Watched {
  std::atomic<uintptr_t> begin = 0, end = 0;  // 0: free
  std::atomic<bool> lost = false;             // read where the file is no more
  // Not for the handler.
  std::string path;
  int fd = -1;
  off_t size = 0;
  timespec time{};
};

std::array<Watched, kMostWatched> g_watched;
std::mutex g_mutex;  // of all but what the handler looks at
size_t g_used = 0;   // slots that were ever in use
uintptr_t g_page = 4096;
struct sigaction g_before {};

// Puts zeros where the file has nothing any more, so that the reader goes on to where it is told.
void onLostPage(int signal, siginfo_t* info, void* context) {
  const auto at = reinterpret_cast<uintptr_t>(info->si_addr);
  for (auto& watched : g_watched) {
    const uintptr_t begin = watched.begin.load(), end = watched.end.load();
    if (at < begin || at >= end) continue;
    const auto page = at / g_page * g_page;
    watched.lost.store(true);
    const int error = errno;
    void* const zeros = ::mmap(reinterpret_cast<void*>(page), end - page, PROT_READ,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    errno = error;
    if (zeros != MAP_FAILED) return;
    break;
  }
  // Not ours: as if this handler were not there.
  if (g_before.sa_flags & SA_SIGINFO) {
    g_before.sa_sigaction(signal, info, context);
  } else if (g_before.sa_handler != SIG_DFL && g_before.sa_handler != SIG_IGN) {
    g_before.sa_handler(signal);
  } else {
    ::signal(signal, SIG_DFL);  // the instruction that is made again ends the process
  }
}

void watchSignals() {
  static std::once_flag once;
  std::call_once(once, [] {
    g_page = uintptr_t(::sysconf(_SC_PAGESIZE));
    struct sigaction action {};
    action.sa_sigaction = onLostPage;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &g_before);
  });
}

int watch(const std::filesystem::path& path, int fd, const void* data, size_t size) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return -1;
  watchSignals();
  std::lock_guard lock(g_mutex);
  size_t slot = 0;
  while (slot < g_used && g_watched[slot].begin.load() != 0) ++slot;
  if (slot == kMostWatched) return -1;
  g_used = std::max(g_used, slot + 1);
  auto& watched = g_watched[slot];
  watched.path = path.string();
  watched.fd = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  watched.size = info.st_size;
  watched.time = info.st_mtim;
  watched.lost.store(false);
  watched.end.store(reinterpret_cast<uintptr_t>(data) + size);
  watched.begin.store(reinterpret_cast<uintptr_t>(data));
  return int(slot);
}

void stopWatching(int slot) {
  std::lock_guard lock(g_mutex);
  auto& watched = g_watched[size_t(slot)];
  watched.end.store(0);
  watched.begin.store(0);
  if (watched.fd >= 0) ::close(watched.fd);
  watched.fd = -1;
}

}  // namespace

Mapping::Mapping(const std::filesystem::path& path, int fd, size_t size) : m_size(size) {
  if (size == 0) return;
  void* const data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED)
    throw Error(ErrorKind::Io,
                path.string() + " cannot be mapped into memory: " + std::strerror(errno) + ".");
  m_data = static_cast<const std::byte*>(data);
  m_slot = watch(path, fd, data, size);
}

Mapping::~Mapping() {
  if (m_slot >= 0) stopWatching(m_slot);
  if (m_data) ::munmap(const_cast<std::byte*>(m_data), m_size);
}

void checkMappings() {
  std::lock_guard lock(g_mutex);
  for (size_t slot = 0; slot < g_used; ++slot) {
    const auto& watched = g_watched[slot];
    if (watched.begin.load() == 0) continue;
    struct stat now {};
    const bool known = watched.fd >= 0 && ::fstat(watched.fd, &now) == 0;
    const bool shorter = watched.lost.load() || (known && now.st_size < watched.size);
    const bool changed = known && (now.st_size != watched.size || now.st_mtim.tv_sec != watched.time.tv_sec ||
                                   now.st_mtim.tv_nsec != watched.time.tv_nsec);
    if (!shorter && !changed) continue;
    throw Error(ErrorKind::Io,
                watched.path + (shorter ? " became shorter, or could not be read," : " changed") +
                    " while it was in use; nothing made of it since is kept. Put the file back "
                    "as it was, open the model again, and go on.");
  }
}

}  // namespace espalier
