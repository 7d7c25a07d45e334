#include "core/base/tensor_memory.h"

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <sys/mman.h>

#include <cstring>
#include <map>
#include <mutex>

namespace espalier {

namespace {

constexpr size_t kLargePage = size_t(2) << 20;
// From here on the C library, too, asks the system for each tensor anew (prepareNumerics).
constexpr size_t kLarge = size_t(32) << 20;

// Without "override": allocate() is const in LibTorch 1.13 and not in 2.3 and later, which have copy_data()
// as well.
class LargePageAllocator : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) const { return allocated(bytes); }
  c10::DataPtr allocate(size_t bytes) { return allocated(bytes); }
  void copy_data(void* to, const void* from, size_t bytes) const { std::memcpy(to, from, bytes); }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }

 private:
  static c10::DataPtr allocated(size_t bytes) {
    void* data = bytes < kLarge ? nullptr : allocateLarge(bytes);
    if (!data) data = c10::alloc_cpu(bytes);
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
  }

  // Null where the system has no room; then the C library's error is as good as ours.
  static void* allocateLarge(size_t bytes) {
    const size_t size = (bytes + kLargePage - 1) / kLargePage * kLargePage;
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
    std::lock_guard lock(mutex());
    sizes()[data] = size;
    return data;
  }

  static void release(void* data) {
    {
      std::unique_lock lock(mutex());
      if (const auto it = sizes().find(data); it != sizes().end()) {
        const size_t size = it->second;
        sizes().erase(it);
        lock.unlock();
        munmap(data, size);
        return;
      }
    }
    c10::free_cpu(data);
  }

  // Never destroyed: tensors may live longer than anything else.
  static std::mutex& mutex() {
    static auto* m = new std::mutex;
    return *m;
  }
  static std::map<void*, size_t>& sizes() {
    static auto* s = new std::map<void*, size_t>;
    return *s;
  }
};

}  // namespace

void useLargePages() {
  static LargePageAllocator allocator;
  c10::SetCPUAllocator(&allocator, 1);
}

}  // namespace espalier
