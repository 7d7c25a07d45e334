#pragma once

#include "core/allocate/storage_size.h"
#include "core/engine/engine.h"

namespace espalier {

// Of a model of one number format, which all that are opened are but for a few tensors; 1 or more.
int bytesPerWeight(const ModelInfo& info);

// What the prunable matrices of a model come to when it is pruned to the plan by these options and its zeros
// are left out: values that stay take a byte each where the options hold them as int8.
StorageSize storageOf(const Plan& plan, const PruneOptions& options, const ModelInfo& info);

}  // namespace espalier
