#pragma once

#include <cstdint>

namespace espalier {

// The derivative of a norm along one direction, of one row of `width` numbers. normed: n, the row after the
// norm and before its weight; weight: null stands for ones.
//   out = factor weight (change - mean(change) - n mean(n change)); the first mean only where it is centred.
// Sums are of float64 numbers.
void normChange(const float* change, const float* normed, const float* weight, float factor, bool centred,
                int64_t width, float* out);

}  // namespace espalier
