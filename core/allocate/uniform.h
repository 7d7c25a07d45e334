#pragma once

#include "core/allocate/allocator.h"

namespace espalier {

// "uniform": every group the same sparsity; scores are not looked at.
Allocator uniformAllocator();

}  // namespace espalier
