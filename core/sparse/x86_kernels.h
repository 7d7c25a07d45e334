#pragma once

#include <vector>

#include "core/sparse/product_kernels.h"

namespace espalier {

// Those of x86-64 that this processor can run, the widest first; none elsewhere. Some have no kernels for
// Arithmetic::Bfloat16.
std::vector<NamedKernels> avx512Kernels();
std::vector<NamedKernels> avx2Kernels();

}  // namespace espalier
