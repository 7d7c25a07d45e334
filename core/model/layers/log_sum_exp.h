#pragma once

#include <cstdint>

namespace espalier {

// ln(sum exp(x_i)) of count >= 1 finite numbers: exponentials in float32 (within 2 ulp), sums in float64, so
// that the error is about 1e-8. The same bits on every processor.
double logSumExp(const float* x, int64_t count);

}  // namespace espalier
