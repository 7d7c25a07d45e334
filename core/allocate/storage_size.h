#pragma once

#include "core/allocate/plan.h"

namespace espalier {

// What the storage of the pruned matrices comes to. Unstructured zeros are stored as values and a bit for
// each place; N:M as values and log2(M) bits for each; an exported checkpoint
// stores its zeros and is as large as the dense one. bytesPerKept: of a value that stays where it is held in
// another form than the dense one, as int8 is (scales of rows, a thousandth of it, left aside); 0: the same.
struct StorageSize {
  int64_t denseBytes = 0;
  int64_t compressedBytes = 0;
};
StorageSize storageSize(const Plan& plan, const std::string& pattern, int bytesPerWeight = 2,
                        int bytesPerKept = 0);

}  // namespace espalier
