#include "core/sparse/product_kernels.h"

#include <bit>
#include <chrono>
#include <cmath>

#if defined(__x86_64__) && defined(__GNUC__)
#define ESPALIER_X86_KERNELS 1
#include <immintrin.h>
#endif

namespace espalier {

namespace {

void portable(const SparseRow& row, const float* in, int64_t stride, int64_t count, float* out,
              int64_t outStride) {
  for (int64_t i = 0; i < count; ++i) {
    float lanes[64] = {};
    const float* values = row.values;
    for (int64_t w = 0; w < row.words; ++w) {
      const float* x = in + i * stride + w * 64;
      for (uint64_t bits = row.mask[w]; bits != 0; bits &= bits - 1) {
        const int lane = std::countr_zero(bits);
        lanes[lane] = std::fma(*values++, x[lane], lanes[lane]);
      }
    }
    out[i * outStride] = sumOfLanes(lanes);
  }
}

#ifdef ESPALIER_X86_KERNELS

template <int kCount>
__attribute__((target("avx512f,popcnt"))) void avx512Of(const SparseRow& row, const float* in, int64_t stride,
                                                        float* out, int64_t outStride) {
  __m512 sums[kCount][4];
  for (auto& each : sums)
    for (auto& sum : each) sum = _mm512_setzero_ps();
  const float* values = row.values;
  for (int64_t w = 0; w < row.words; ++w) {
    const uint64_t bits = row.mask[w];
    for (int part = 0; part < 4; ++part) {
      const auto mask = __mmask16(bits >> (16 * part));
      const __m512 weights = _mm512_maskz_expand_ps(mask, _mm512_loadu_ps(values));
      values += __builtin_popcount(mask);
      for (int i = 0; i < kCount; ++i)
        sums[i][part] =
            _mm512_fmadd_ps(weights, _mm512_loadu_ps(in + i * stride + w * 64 + part * 16), sums[i][part]);
    }
  }
  for (int i = 0; i < kCount; ++i) {
    float lanes[64];
    for (int part = 0; part < 4; ++part) _mm512_storeu_ps(lanes + part * 16, sums[i][part]);
    out[i * outStride] = sumOfLanes(lanes);
  }
}

void avx512(const SparseRow& row, const float* in, int64_t stride, int64_t count, float* out,
            int64_t outStride) {
  for (; count >= 4; count -= 4, in += 4 * stride, out += 4 * outStride)
    avx512Of<4>(row, in, stride, out, outStride);
  for (; count >= 2; count -= 2, in += 2 * stride, out += 2 * outStride)
    avx512Of<2>(row, in, stride, out, outStride);
  if (count == 1) avx512Of<1>(row, in, stride, out, outStride);
}

// For each byte of a mask: where in the values that follow each of eight lanes finds its own, and which lanes
// have one.
struct ExpandTable {
  alignas(32) int32_t from[256][8];
  alignas(32) int32_t lanes[256][8];
};
const ExpandTable kExpand = [] {
  ExpandTable table{};
  for (int bits = 0; bits < 256; ++bits)
    for (int lane = 0, next = 0; lane < 8; ++lane) {
      table.from[bits][lane] = next;
      table.lanes[bits][lane] = (bits >> lane & 1) ? -1 : 0;
      next += bits >> lane & 1;
    }
  return table;
}();

template <int kCount>
__attribute__((target("avx2,fma,popcnt"))) void avx2Of(const SparseRow& row, const float* in, int64_t stride,
                                                       float* out, int64_t outStride) {
  alignas(32) float lanes[kCount][64] = {};
  const float* values = row.values;
  for (int64_t w = 0; w < row.words; ++w) {
    const uint64_t bits = row.mask[w];
    for (int part = 0; part < 8; ++part) {
      const int mask = int(bits >> (8 * part) & 0xff);
      const auto from = _mm256_load_si256(reinterpret_cast<const __m256i*>(kExpand.from[mask]));
      const auto kept = _mm256_load_ps(reinterpret_cast<const float*>(kExpand.lanes[mask]));
      const auto weights = _mm256_and_ps(_mm256_permutevar8x32_ps(_mm256_loadu_ps(values), from), kept);
      values += __builtin_popcount(unsigned(mask));
      for (int i = 0; i < kCount; ++i) {
        float* sums = lanes[i] + part * 8;
        _mm256_store_ps(sums, _mm256_fmadd_ps(weights, _mm256_loadu_ps(in + i * stride + w * 64 + part * 8),
                                              _mm256_load_ps(sums)));
      }
    }
  }
  for (int i = 0; i < kCount; ++i) out[i * outStride] = sumOfLanes(lanes[i]);
}

void avx2(const SparseRow& row, const float* in, int64_t stride, int64_t count, float* out,
          int64_t outStride) {
  for (; count >= 2; count -= 2, in += 2 * stride, out += 2 * outStride)
    avx2Of<2>(row, in, stride, out, outStride);
  if (count == 1) avx2Of<1>(row, in, stride, out, outStride);
}

#endif

}  // namespace

float sumOfLanes(const float* lanes) {
  float sums[32];
  for (int i = 0; i < 32; ++i) sums[i] = lanes[i] + lanes[i + 32];
  for (int half = 16; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) sums[i] += sums[i + half];
  return sums[0];
}

const NamedKernel& fastestKernel() {
  static const NamedKernel& fastest = []() -> const NamedKernel& {
    constexpr int kWords = 64, kRounds = 5, kRowsInRound = 20;
    std::vector<uint64_t> mask;
    for (uint64_t w = 0; w < kWords; ++w) mask.push_back((w + 1) * 0x9e3779b97f4a7c15u);
    const std::vector<float> values(kWords * 64 + 16, 0.5f), in(kWords * 64, 0.25f);
    const SparseRow row{mask.data(), values.data(), kWords};
    const NamedKernel* best = nullptr;
    auto least = std::chrono::steady_clock::duration::max();
    for (int round = 0; round < kRounds; ++round)
      for (const auto& kernel : productKernels()) {
        float out = 0;
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < kRowsInRound; ++i) kernel.run(row, in.data(), kWords * 64, 1, &out, 1);
        const auto took = std::chrono::steady_clock::now() - start;
        if (took < least) least = took, best = &kernel;
      }
    return *best;
  }();
  return fastest;
}

const std::vector<NamedKernel>& productKernels() {
  static const std::vector<NamedKernel> kernels = [] {
    std::vector<NamedKernel> out;
#ifdef ESPALIER_X86_KERNELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("popcnt"))
      out.push_back({"AVX-512", avx512});
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) out.push_back({"AVX2", avx2});
#endif
    out.push_back({"portable", portable});
    return out;
  }();
  return kernels;
}

}  // namespace espalier
