#include "core/sweep/shared_units.h"

#include <algorithm>
#include <vector>

#include "core/base/packed_values.h"
#include "core/base/parallel.h"

namespace espalier {

namespace {

// Units for each worker of all processes between two points where they tell each other.
constexpr int64_t kUnitsPerWorker = 4;

}  // namespace

void shareUnits(Processes& processes, int64_t count, const std::function<std::string(int64_t)>& work,
                const std::function<void(int64_t, const std::string&)>& take) {
  const int64_t together = kUnitsPerWorker * processes.workers();
  for (int64_t first = 0; first < count; first += together) {
    const int64_t end = std::min(count, first + together);
    std::vector<int64_t> own;
    for (int64_t i = first; i < end; ++i)
      if (processes.owns(i)) own.push_back(i);
    std::vector<std::string> done(own.size());
    parallelFor(int64_t(own.size()), [&](int64_t i) { done[size_t(i)] = work(own[size_t(i)]); });
    PackedValues mine;
    for (const auto& text : done) mine.put(text);
    const auto packed = processes.gather(mine.bytes());
    std::vector<PackedReader> readers(packed.begin(), packed.end());
    for (int64_t i = first; i < end; ++i) take(i, readers[size_t(processes.ownerOf(i))].takeText());
  }
}

}  // namespace espalier
