#include "core/allocate/storage_size.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace espalier {

StorageSize storageSize(const Plan& plan, const std::string& pattern, int bytesPerWeight, int bytesPerKept) {
  if (bytesPerKept <= 0) bytesPerKept = bytesPerWeight;
  StorageSize size;
  double compressed = 0;
  double indexBitsPerKept = 0;  // of N:M; others have a bit for every place where zeros may stand
  const auto colon = pattern.find(':');
  if (colon != std::string::npos)
    indexBitsPerKept = std::log2(std::max(2.0, std::atof(pattern.c_str() + colon + 1)));
  const double rows = pattern.ends_with("x1") ? std::max(1.0, std::atof(pattern.c_str())) : 1;  // of a block
  const double bitsPerPlace = pattern == "units" ? 0 : 1 / rows;  // units leave no places
  for (const auto& g : plan.groups) {
    const double weights = double(g.parameters), kept = weights * (1 - g.sparsity);
    size.denseBytes += g.parameters * bytesPerWeight;
    const double index =
        colon == std::string::npos ? weights * bitsPerPlace / 8 : kept * indexBitsPerKept / 8;
    // What would grow is kept as it is.
    compressed += std::min(kept * bytesPerKept + index, weights * std::min(bytesPerKept, bytesPerWeight));
  }
  size.compressedBytes = int64_t(std::llround(compressed));
  return size;
}

}  // namespace espalier
