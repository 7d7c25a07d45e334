#include "core/base/tensor_memory.h"

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <vector>

namespace espalier {

namespace {

constexpr size_t kPage = 4096;
constexpr size_t kLargePage = size_t(2) << 20;
// Of a tensor that OwnPages gives pages.
constexpr size_t kWorthPages = size_t(64) << 10;
// What may wait beyond the most that was in use: temporaries come in several sizes. With the larger one the
// zeroth-order sweep maps next to nothing anew; the exact gradient's peak does not bear it.
constexpr size_t kMoreWaiting = size_t(8) << 20, kMoreWaitingRepeated = size_t(32) << 20;
// From here on the C library, too, asks the system for each tensor anew (prepareNumerics).
constexpr size_t kLarge = size_t(32) << 20;

enum Use { kCLibrary, kBrief, kRepeated, kLong };

bool isTemporary(Use use) {
  return use == kBrief || use == kRepeated;
}
size_t mayWait(Use use) {
  return use == kRepeated ? kMoreWaitingRepeated : kMoreWaiting;
}

thread_local int t_use = kCLibrary;

// Memory mapped for tensors. Never destroyed: tensors may live longer than anything else.
class MappedPages {
 public:
  static MappedPages& instance() {
    static auto* pages = new MappedPages;
    return *pages;
  }

  // Null where the system has no room; then the C library's error is as good as ours.
  void* allocate(size_t bytes, Use use) {
    const size_t unit = bytes >= kLarge ? kLargePage : kPage;
    const size_t size = (bytes + unit - 1) / unit * unit;
    std::unique_lock lock(m_mutex);
    if (isTemporary(use)) {
      if (void* data = takeWaiting(size, use)) return data;
      // What waits makes room, so that little more is held than was once in use.
      m_inUse += size;
      m_peak = std::max(m_peak, m_inUse);
      dropWaiting(m_peak + mayWait(use));
    }
    lock.unlock();
    void* data = size >= kLargePage ? mapAligned(size) : map(size);
    lock.lock();
    if (data)
      m_held[data] = {size, use};
    else if (isTemporary(use))
      m_inUse -= size;
    return data;
  }

  // False where it is no memory of this.
  bool release(void* data) {
    std::unique_lock lock(m_mutex);
    const auto it = m_held.find(data);
    if (it == m_held.end()) return false;
    const auto [size, use] = it->second;
    m_held.erase(it);
    if (isTemporary(use)) {
      m_inUse -= size;
      m_waiting.push_back({data, size});
      m_waitingBytes += size;
      dropWaiting(m_peak + mayWait(use));
      return true;
    }
    lock.unlock();
    munmap(data, size);
    return true;
  }

  void releaseWaiting() {
    std::lock_guard lock(m_mutex);
    dropWaiting(0);
    m_peak = m_inUse;
  }

 private:
  struct Held {
    size_t size;
    Use use;
  };
  struct Waiting {
    void* data;
    size_t size;
  };

  void* takeWaiting(size_t size, Use use) {
    for (size_t i = m_waiting.size(); i-- > 0;) {
      const auto [data, held] = m_waiting[i];
      if (held < size || held - size > size / 16) continue;
      m_waiting.erase(m_waiting.begin() + std::ptrdiff_t(i));
      m_waitingBytes -= held;
      m_inUse += held;
      m_peak = std::max(m_peak, m_inUse);
      m_held[data] = {held, use};
      return data;
    }
    return nullptr;
  }

  // The longest waiting first, until with what is in use there are no more than so many bytes.
  void dropWaiting(size_t bytes) {
    size_t dropped = 0;
    for (; dropped < m_waiting.size() && m_inUse + m_waitingBytes > bytes; ++dropped) {
      munmap(m_waiting[dropped].data, m_waiting[dropped].size);
      m_waitingBytes -= m_waiting[dropped].size;
    }
    m_waiting.erase(m_waiting.begin(), m_waiting.begin() + std::ptrdiff_t(dropped));
  }

  static void* map(size_t size) {
    void* data =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    return data == MAP_FAILED ? nullptr : data;
  }

  // On large pages as far as they are filled.
  static void* mapAligned(size_t size) {
    // One page more, of which the ends that are not aligned go back at once.
    void* all = mmap(nullptr, size + kLargePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) return nullptr;
    const auto begin = reinterpret_cast<uintptr_t>(all);
    const auto aligned = (begin + kLargePage - 1) / kLargePage * kLargePage;
    if (aligned > begin) munmap(all, aligned - begin);
    if (const size_t rest = begin + kLargePage - aligned; rest > 0)
      munmap(reinterpret_cast<void*>(aligned + size), rest);
    void* data = reinterpret_cast<void*>(aligned);
    madvise(data, size, MADV_HUGEPAGE);
    return data;
  }

  std::mutex m_mutex;
  std::map<void*, Held> m_held;
  std::vector<Waiting> m_waiting;  // the longest waiting first
  size_t m_waitingBytes = 0;
  size_t m_inUse = 0, m_peak = 0;  // of temporaries
};

// Without "override": allocate() is const in LibTorch 1.13 and not in 2.3 and later, which have copy_data()
// as well.
class LargePageAllocator : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) const { return allocated(bytes); }
  c10::DataPtr allocate(size_t bytes) { return allocated(bytes); }
  void copy_data(void* to, const void* from, size_t bytes) const {
    if (bytes > 0) std::memcpy(to, from, bytes);
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }

 private:
  static c10::DataPtr allocated(size_t bytes) {
    void* data = nullptr;
    if (t_use != kCLibrary && bytes >= kWorthPages)
      data = MappedPages::instance().allocate(bytes, Use(t_use));
    else if (bytes >= kLarge)
      data = MappedPages::instance().allocate(bytes, kLong);
    if (!data) data = c10::alloc_cpu(bytes);
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
  }

  static void release(void* data) {
    if (!MappedPages::instance().release(data)) c10::free_cpu(data);
  }
};

}  // namespace

OwnPages::OwnPages(For use) : m_before(t_use) {
  t_use = use == For::Brief ? kBrief : use == For::Repeated ? kRepeated : kLong;
}
OwnPages::~OwnPages() {
  t_use = m_before;
}

void releaseWaitingPages() {
  MappedPages::instance().releaseWaiting();
}

void useLargePages() {
  static LargePageAllocator allocator;
  c10::SetCPUAllocator(&allocator, 1);
}

}  // namespace espalier
