#pragma once

#include "core/allocate/plan.h"

namespace espalier {

// What the storage of the pruned matrices comes to. Unstructured zeros are stored as values and a bit for
// each place; N:M as values and log2(M) bits for each; an exported checkpoint
// stores its zeros and is as large as the dense one.
struct StorageSize {
  int64_t denseBytes = 0;
  int64_t compressedBytes = 0;
};
StorageSize storageSize(const Plan& plan, const std::string& pattern, int bytesPerWeight = 2);

}  // namespace espalier
