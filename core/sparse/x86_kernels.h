#pragma once

#include <vector>

#include "core/sparse/product_kernels.h"

namespace espalier {

// Those of x86-64 that this processor can run, the widest first; none elsewhere.
std::vector<NamedKernels> x86Kernels();

}  // namespace espalier
