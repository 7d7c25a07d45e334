#include "core/data/dataset.h"

#include <algorithm>

#include "core/base/random.h"

namespace espalier {

Dataset drawSamples(const Dataset& dataset, int64_t count, uint64_t seed) {
  Dataset out = dataset;
  CounterRandom random(seed, streamOf("draw samples"));
  const auto n = int64_t(out.samples.size());
  const auto wanted = std::min(count, n);
  for (int64_t i = 0; i < wanted; ++i)
    std::swap(out.samples[size_t(i)], out.samples[size_t(i + random.below(n - i))]);
  out.samples.resize(size_t(wanted));
  return out;
}

}  // namespace espalier
