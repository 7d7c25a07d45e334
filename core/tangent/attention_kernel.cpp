#include "core/tangent/attention_kernel.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/base/vectorised.h"

namespace espalier {

namespace {

// Scores that are computed at once: so many stay in a core's cache.
constexpr int64_t kScoresAtOnce = int64_t(1) << 17;

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

// Lines of all tangents that follow each other at equal distances: those of one tangent as they are, else a
// copy in `room`.
AttentionChange::Lines gathered(const AttentionChange::Lines& from, int64_t tangents, int64_t first,
                                int64_t count, int64_t width, std::vector<float>& room) {
  if (tangents == 1) return {from.data + first * from.line, from.line, 0};
  float* lines = roomFor(room, tangents * count * width);
  for (int64_t t = 0; t < tangents; ++t)
    for (int64_t i = 0; i < count; ++i)
      std::memcpy(lines + (t * count + i) * width, from.data + t * from.step + (first + i) * from.line,
                  size_t(width) * sizeof(float));
  return {lines, width, 0};
}

// The lines first ... first + count - 1 of the queries.
void changeLines(const AttentionChange& a, int64_t first, int64_t count) {
  thread_local std::vector<float> scoresRoom, linesRoom, outRoom;
  const int64_t all = a.tangents * count;
  float* scores = roomFor(scoresRoom, all * a.keys);
  // One tangent's results go where they belong, those of several come from one product and are dealt out.
  const bool direct = a.tangents == 1;
  float* out = direct ? a.out + first * a.outLine : roomFor(outRoom, all * a.mixedWidth);
  const int64_t outLine = direct ? a.outLine : a.mixedWidth;
  const bool moves = a.dq.data || a.dk.data;
  if (a.dq.data) {
    const auto dq = gathered(a.dq, a.tangents, first, count, a.width, linesRoom);
    multiply(true, all, a.keys, a.width, a.scale, dq.data, dq.line, a.k.data, a.k.line, false, scores,
             a.keys);
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
    multiply(false, all, a.mixedWidth, a.keys, 1, scores, a.keys, a.v.data, a.v.line, false, out, outLine);
  }
  if (a.dv.data)
    for (int64_t t = 0; t < a.tangents; ++t)
      multiply(false, count, a.mixedWidth, a.keys, 1, a.weights + first * a.keys, a.keys,
               a.dv.data + t * a.dv.step, a.dv.line, moves, out + t * count * outLine, outLine);
  if (direct) return;
  for (int64_t t = 0; t < a.tangents; ++t)
    for (int64_t i = 0; i < count; ++i)
      std::memcpy(a.out + t * a.outStep + (first + i) * a.outLine, out + (t * count + i) * outLine,
                  size_t(outLine) * sizeof(float));
}

}  // namespace

bool canChangeAttention() {
  return gemm() != nullptr;
}

void changeAttention(const AttentionChange& a) {
  const int64_t most = std::max<int64_t>(16, kScoresAtOnce / std::max<int64_t>(1, a.tangents * a.keys));
  // In equal parts: a product of a few lines takes nearly as long as one of many.
  const int64_t parts = (a.queries + most - 1) / most;
  for (int64_t i = 0; i < parts; ++i) {
    const int64_t first = a.queries * i / parts;
    changeLines(a, first, a.queries * (i + 1) / parts - first);
  }
}

}  // namespace espalier
