#include "core/tangent/norm_kernel.h"

#include <algorithm>

#include "core/base/vectorised.h"

namespace espalier {

namespace {

// Sums side by side, for the compiler to put into vectors.
constexpr int64_t kSums = 32, kBetweenSums = 512;

}  // namespace

ESPALIER_VECTORISED
void normChange(const float* change, const NormedRow& clean, const float* weight, float* out) {
  const float* row = clean.row;
  const float shift = clean.mean, factor = clean.factor;
  const int64_t width = clean.width;
  double sum = 0, along = 0;
  for (int64_t begin = 0; begin < width; begin += kBetweenSums) {
    const int64_t end = std::min(width, begin + kBetweenSums);
    float sums[kSums] = {}, alongs[kSums] = {};
    int64_t at = begin;
    for (; at + kSums <= end; at += kSums)
      for (int64_t i = 0; i < kSums; ++i) {
        sums[i] += change[at + i];
        alongs[i] += change[at + i] * ((row[at + i] - shift) * factor);
      }
    for (; at < end; ++at) {
      sums[0] += change[at];
      alongs[0] += change[at] * ((row[at] - shift) * factor);
    }
    for (int64_t i = 0; i < kSums; ++i) {
      sum += double(sums[i]);
      along += double(alongs[i]);
    }
  }
  const auto mean = clean.centred ? float(sum / double(width)) : 0.0f, share = float(along / double(width));
  if (weight)
    for (int64_t i = 0; i < width; ++i)
      out[i] = factor * weight[i] * (change[i] - mean - (row[i] - shift) * factor * share);
  else
    for (int64_t i = 0; i < width; ++i)
      out[i] = factor * (change[i] - mean - (row[i] - shift) * factor * share);
}

}  // namespace espalier
