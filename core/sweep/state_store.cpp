#include "core/sweep/state_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/base/scratch_folder.h"
#include "core/base/tensor_memory.h"

namespace espalier {

// A file that is there until it is closed, under no name.
class StateStore::Spill {
 public:
  ~Spill() {
    if (m_fd >= 0) ::close(m_fd);
  }

  // Whether so many bytes more may stay in memory; if so, they are counted.
  bool take(int64_t bytes) {
    if (m_inMemory.fetch_add(bytes) + bytes <= memoryLimit() / 8 || memoryLimit() == 0) return true;
    m_inMemory -= bytes;
    return false;
  }
  void release(int64_t bytes) { m_inMemory -= bytes; }
  int64_t inMemory() const { return m_inMemory; }

  int64_t write(const at::Tensor& held) {
    const auto bytes = int64_t(held.nbytes());
    const int64_t offset = m_end.fetch_add(bytes);
    move(held, offset,
         [this](char* at, size_t size, off_t where) { return ::pwrite(file(), at, size, where); });
    return offset;
  }
  void read(const at::Tensor& into, int64_t offset) {
    move(into, offset,
         [this](char* at, size_t size, off_t where) { return ::pread(file(), at, size, where); });
  }

 private:
  int file() {
    std::lock_guard lock(m_mutex);
    if (m_fd >= 0) return m_fd;
    m_path = (scratchParent() / "espalier-states-XXXXXX").string();
    m_fd = ::mkostemp(m_path.data(), O_CLOEXEC);
    if (m_fd < 0) fail(errno);
    ::unlink(m_path.c_str());
    return m_fd;
  }

  template <typename F>
  void move(const at::Tensor& t, int64_t offset, const F& call) {
    auto* at = static_cast<char*>(t.data_ptr());
    for (size_t left = t.nbytes(); left > 0;) {
      const ssize_t done = call(at, left, off_t(offset));
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) fail(done < 0 ? errno : EIO);
      at += done, offset += done, left -= size_t(done);
    }
  }

  [[noreturn]] void fail(int error) const {
    throw Error(ErrorKind::Io, "The states between blocks do not fit into --memory and cannot be kept in " +
                                   m_path + ": " + std::strerror(error) + ".");
  }

  std::mutex m_mutex;
  int m_fd = -1;
  std::string m_path;
  std::atomic<int64_t> m_inMemory{0}, m_end{0};
};

namespace {

at::Tensor inOwnPages(const at::Tensor& t) {
  if (!t.is_cpu()) return t;
  OwnPages pages(OwnPages::For::Long);
  return t.clone(at::MemoryFormat::Contiguous);
}

}  // namespace

StateStore::StateStore(size_t batches) : m_batches(batches), m_spill(std::make_unique<Spill>()) {}
StateStore::~StateStore() = default;

void StateStore::push(size_t batch, const State& state) {
  Kept kept{state, -1, {}, {}};
  if (const auto& h = state.hidden; h.defined() && !m_spill->take(int64_t(h.nbytes()))) {
    kept.offset = m_spill->write(h.cpu().contiguous());
    kept.like = at::empty({0}, h.options());
    kept.shape = h.sizes().vec();
    kept.state.hidden.reset();
  } else if (h.defined()) {
    kept.state.hidden = inOwnPages(h);
  }
  m_batches[batch].push_back(std::move(kept));
}

int64_t StateStore::bytesInMemory() const {
  return m_spill->inMemory();
}

State StateStore::pop(size_t batch) {
  Kept kept = std::move(m_batches[batch].back());
  m_batches[batch].pop_back();
  if (kept.offset >= 0) {
    const auto read = at::empty(kept.shape, kept.like.options().device(at::kCPU));
    m_spill->read(read, kept.offset);
    kept.state.hidden = read.to(kept.like.device());
  } else if (kept.state.hidden.defined()) {
    m_spill->release(int64_t(kept.state.hidden.nbytes()));
  }
  return std::move(kept.state);
}

}  // namespace espalier
