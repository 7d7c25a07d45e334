#include "core/tangent/attention_kernel.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/base/vectorised.h"

namespace espalier {

namespace {

// Scores that are computed at once: so many stay in a core's cache.
constexpr int64_t kScoresAtOnce = int64_t(1) << 16;

using Gemm = void (*)(const char*, const char*, const int*, const int*, const int*, const float*,
                      const float*, const int*, const float*, const int*, const float*, float*, const int*);

Gemm gemm() {
  static const auto found = reinterpret_cast<Gemm>(dlsym(RTLD_DEFAULT, "sgemm_"));
  return found;
}

// to [m, n] = factor a [m, k] b (+ to): b is [n, k] and turned, or [k, n]. All by rows.
void multiply(bool turned, int64_t m, int64_t n, int64_t k, float factor, const float* a, int64_t lineOfA,
              const float* b, int64_t lineOfB, bool adds, float* to, int64_t lineOfTo) {
  const int rows = int(m), columns = int(n), inner = int(k), la = int(lineOfA), lb = int(lineOfB),
            lc = int(lineOfTo);
  const float beta = adds ? 1 : 0;
  // Fortran's matrices are ours turned.
  gemm()(turned ? "T" : "N", "N", &columns, &rows, &inner, &factor, b, &lb, a, &la, &beta, to, &lc);
}

// change = weights (change - sum(weights change)), for one line.
ESPALIER_VECTORISED
void changeSoftmax(const float* weights, int64_t count, float* change) {
  constexpr int64_t kSums = 32;
  float sums[kSums] = {};
  int64_t at = 0;
  for (; at + kSums <= count; at += kSums)
    for (int64_t i = 0; i < kSums; ++i) sums[i] += weights[at + i] * change[at + i];
  for (; at < count; ++at) sums[0] += weights[at] * change[at];
  double all = 0;
  for (const float s : sums) all += double(s);
  const auto sum = float(all);
  for (int64_t i = 0; i < count; ++i) change[i] = weights[i] * (change[i] - sum);
}

ESPALIER_VECTORISED
void multiplyEach(const float* by, int64_t count, float* numbers) {
  for (int64_t i = 0; i < count; ++i) numbers[i] *= by[i];
}

// Room that a thread uses again and again.
float* roomFor(std::vector<float>& room, int64_t count) {
  if (int64_t(room.size()) < count) room.resize(size_t(count));
  return room.data();
}

// The lines first ... first + count - 1 of the queries.
void changeLines(const AttentionChange& a, int64_t first, int64_t count) {
  thread_local std::vector<float> scoresRoom, linesRoom, outRoom;
  const int64_t all = a.tangents * count;
  float* scores = roomFor(scoresRoom, all * a.keys);
  float* out = roomFor(outRoom, all * a.mixedWidth);
  const bool moves = a.dq.data || a.dk.data;
  if (a.dq.data) {
    float* lines = roomFor(linesRoom, all * a.width);
    for (int64_t t = 0; t < a.tangents; ++t)
      for (int64_t i = 0; i < count; ++i)
        std::memcpy(lines + (t * count + i) * a.width, a.dq.data + t * a.dq.step + (first + i) * a.dq.line,
                    size_t(a.width) * sizeof(float));
    multiply(true, all, a.keys, a.width, a.scale, lines, a.width, a.k.data, a.k.line, false, scores, a.keys);
  }
  if (a.dk.data)
    for (int64_t t = 0; t < a.tangents; ++t)
      multiply(true, count, a.keys, a.width, a.scale, a.q.data + first * a.q.line, a.q.line,
               a.dk.data + t * a.dk.step, a.dk.line, a.dq.data != nullptr, scores + t * count * a.keys,
               a.keys);
  if (moves) {
    for (int64_t t = 0; t < a.tangents; ++t)
      for (int64_t i = 0; i < count; ++i) {
        float* line = scores + (t * count + i) * a.keys;
        if (a.slope) multiplyEach(a.slope + (first + i) * a.keys, a.keys, line);
        changeSoftmax(a.weights + (first + i) * a.keys, a.keys, line);
      }
    multiply(false, all, a.mixedWidth, a.keys, 1, scores, a.keys, a.v.data, a.v.line, false, out,
             a.mixedWidth);
  }
  if (a.dv.data)
    for (int64_t t = 0; t < a.tangents; ++t)
      multiply(false, count, a.mixedWidth, a.keys, 1, a.weights + first * a.keys, a.keys,
               a.dv.data + t * a.dv.step, a.dv.line, moves, out + t * count * a.mixedWidth, a.mixedWidth);
  for (int64_t t = 0; t < a.tangents; ++t)
    for (int64_t i = 0; i < count; ++i)
      std::memcpy(a.out + t * a.outStep + (first + i) * a.outLine, out + (t * count + i) * a.mixedWidth,
                  size_t(a.mixedWidth) * sizeof(float));
}

}  // namespace

bool canChangeAttention() {
  return gemm() != nullptr;
}

void changeAttention(const AttentionChange& a) {
  const int64_t atOnce = std::max<int64_t>(16, kScoresAtOnce / std::max<int64_t>(1, a.tangents * a.keys));
  for (int64_t first = 0; first < a.queries; first += atOnce)
    changeLines(a, first, std::min(atOnce, a.queries - first));
}

}  // namespace espalier
