#include "core/model/layers/log_sum_exp.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/vectorised.h"

namespace espalier {

namespace {

// exp x of -87 <= x <= 0: Cephes' expf (Moshier). What is no number stays none: only the whole number beside
// it, which has to be one, is made of something else.
inline float expOf(float x) {
  const float number = std::max(-87.0f, x);  // -87 where x is none
  const float n = float(int32_t(number * 1.44269504088896341f - 0.5f));
  const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * (r * r) + r + 1.0f;
  return y * std::bit_cast<float>(uint32_t(int32_t(n) + 127) << 23);
}

// Sums side by side, for the compiler to put into vectors; see core/CMakeLists.txt.
constexpr int kLanes = 64;

ESPALIER_VECTORISED
double sumOfExponentials(const float* x, int64_t count, float largest) {
  float part[kLanes];
  double sums[kLanes] = {};
  for (int64_t at = 0; at < count; at += kLanes) {
    const auto here = int(std::min<int64_t>(kLanes, count - at));
    if (here == kLanes) {
      for (int i = 0; i < kLanes; ++i) part[i] = expOf(std::max(x[at + i] - largest, -87.0f));
    } else {
      for (int i = 0; i < kLanes; ++i)
        part[i] = i < here ? expOf(std::max(x[at + i] - largest, -87.0f)) : 0.0f;
    }
    for (int i = 0; i < kLanes; ++i) sums[i] += double(part[i]);
  }
  double sum = 0;
  for (const double s : sums) sum += s;
  return sum;
}

ESPALIER_VECTORISED
float largestOf(const float* x, int64_t count) {
  float largest[kLanes];
  std::fill(largest, largest + kLanes, x[0]);
  int64_t at = 0;
  for (; at + kLanes <= count; at += kLanes)
    for (int i = 0; i < kLanes; ++i) largest[i] = largest[i] < x[at + i] ? x[at + i] : largest[i];
  for (; at < count; ++at) largest[0] = std::max(largest[0], x[at]);
  return *std::max_element(largest, largest + kLanes);
}

}  // namespace

double logSumExp(const float* x, int64_t count) {
  const float largest = largestOf(x, count);
  return double(largest) + std::log(sumOfExponentials(x, count, largest));
}

}  // namespace espalier
