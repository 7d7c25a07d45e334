#pragma once

#include "core/allocate/allocator.h"

namespace espalier {

// "ecoflap": a share in proportion to importance, see allocateByScore.
Allocator ecoflapAllocator();

// "ecoflap-official": what the released code computes, see official.h. The total is missed by what its slip
// adds; pins and cases in which it yields NaN are refused.
Allocator officialEcoflapAllocator();

}  // namespace espalier
