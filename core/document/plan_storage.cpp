#include "core/document/plan_storage.h"

#include <algorithm>

namespace espalier {

int bytesPerWeight(const ModelInfo& info) {
  return info.parameters > 0
             ? int(std::max<int64_t>(1, (info.fileBytes + info.parameters / 2) / info.parameters))
             : 4;
}

StorageSize storageOf(const Plan& plan, const PruneOptions& options, const ModelInfo& info) {
  return storageSize(plan, options.pattern, bytesPerWeight(info), roundsToInt8(options) ? 1 : 0);
}

}  // namespace espalier
