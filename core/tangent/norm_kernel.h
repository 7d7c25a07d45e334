#pragma once

#include <cstdint>

namespace espalier {

// A row of `width` numbers before a norm, and what the norm makes of it: n = (row - mean) factor. mean: 0
// where it is not centred.
struct NormedRow {
  const float* row;
  float mean, factor;
  bool centred;
  int64_t width;
};

// The norm's derivative along one direction; weight: null stands for ones.
//   out = factor weight (change - mean(change) - n mean(n change)); the first mean only where it is centred.
// Sums are of float64 numbers.
void normChange(const float* change, const NormedRow& clean, const float* weight, float* out);

}  // namespace espalier
