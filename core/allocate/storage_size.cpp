#include "core/allocate/storage_size.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace espalier {

StorageSize storageSize(const Plan& plan, const std::string& pattern, int bytesPerWeight) {
  StorageSize size;
  double compressed = 0;
  double indexBitsPerKept = 0;  // of a pattern; unstructured has a bit for every place
  const auto colon = pattern.find(':');
  if (colon != std::string::npos)
    indexBitsPerKept = std::log2(std::max(2.0, std::atof(pattern.c_str() + colon + 1)));
  for (const auto& g : plan.groups) {
    const double weights = double(g.parameters), kept = weights * (1 - g.sparsity);
    size.denseBytes += g.parameters * bytesPerWeight;
    const double index = colon == std::string::npos ? weights / 8 : kept * indexBitsPerKept / 8;
    // What would grow is kept as it is.
    compressed += std::min(kept * bytesPerWeight + index, weights * bytesPerWeight);
  }
  size.compressedBytes = int64_t(std::llround(compressed));
  return size;
}

}  // namespace espalier
