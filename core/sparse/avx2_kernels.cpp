#include <cstring>

#include "core/sparse/x86_kernels.h"
#include "core/sparse/x86_targets.h"

namespace espalier {

#ifdef ESPALIER_AVX2

namespace {

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

// Eight numbers in float32.
template <ValueType kType>
ESPALIER_AVX2 ESPALIER_INLINE __m256 load8(const char* at) {
  if constexpr (kType == ValueType::F32) return _mm256_loadu_ps(reinterpret_cast<const float*>(at));
  const auto half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  if constexpr (kType == ValueType::F16) return _mm256_cvtph_ps(half);
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
}

template <ValueType kType>
ESPALIER_AVX2 ESPALIER_INLINE __m256 expand8(int mask, const char*& values) {
  const auto from = _mm256_load_si256(reinterpret_cast<const __m256i*>(kExpand.from[mask]));
  const auto kept = _mm256_load_ps(reinterpret_cast<const float*>(kExpand.lanes[mask]));
  const auto out = _mm256_and_ps(_mm256_permutevar8x32_ps(load8<kType>(values), from), kept);
  values += __builtin_popcount(unsigned(mask)) * kSize<kType>;
  return out;
}

// The sum of eight vectors of eight lanes, in the order of sumOfLanes(); of four in the same order.
ESPALIER_AVX2 ESPALIER_INLINE float sumOf32(const float* lanes) {
  const auto first = _mm256_add_ps(_mm256_load_ps(lanes), _mm256_load_ps(lanes + 16)),
             second = _mm256_add_ps(_mm256_load_ps(lanes + 8), _mm256_load_ps(lanes + 24)),
             eight = _mm256_add_ps(first, second);
  auto four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}
ESPALIER_AVX2 ESPALIER_INLINE float sumOf64(float* lanes) {
  ESPALIER_UNROLL
  for (int i = 0; i < 4; ++i)
    _mm256_store_ps(lanes + i * 8,
                    _mm256_add_ps(_mm256_load_ps(lanes + i * 8), _mm256_load_ps(lanes + (i + 4) * 8)));
  return sumOf32(lanes);
}

template <ValueType kType, int kRows, int kCount>
ESPALIER_AVX2 void avx2DenseOf(const MatrixRow* rows, const char* in, int64_t stride, float* out,
                               int64_t outStride) {
  static_assert(kRows == 1);
  const MatrixRow& row = *rows;
  alignas(32) float lanes[kCount][64] = {};
  const auto add = [&](const char* values, const char* x) ESPALIER_AVX2 ESPALIER_ALWAYS {
    ESPALIER_UNROLL
    for (int part = 0; part < 8; ++part) {
      const auto weights = load8<kType>(values + part * 8 * kSize<kType>);
      ESPALIER_UNROLL
      for (int i = 0; i < kCount; ++i) {
        float* sums = lanes[i] + part * 8;
        const auto* numbers = reinterpret_cast<const float*>(x + i * stride + part * 32);
        _mm256_store_ps(sums, _mm256_fmadd_ps(weights, _mm256_loadu_ps(numbers), _mm256_load_ps(sums)));
      }
    }
  };
  const char* values = static_cast<const char*>(row.values);
  int64_t w = 0;
  for (; w < row.columns / 64; ++w) add(values + w * 64 * kSize<kType>, in + w * 256);
  if (row.columns % 64 != 0) add(LastWord(row, kSize<kType>).bytes, in + w * 256);
  ESPALIER_UNROLL
  for (int i = 0; i < kCount; ++i) out[i * outStride] = sumOf64(lanes[i]);
}

template <ValueType kType, int kRows, int kCount>
ESPALIER_AVX2 void avx2Of(const MatrixRow* rows, const char* in, int64_t stride, float* out,
                          int64_t outStride) {
  static_assert(kRows == 1);
  const MatrixRow& row = *rows;
  alignas(32) float lanes[kCount][64] = {};
  const char* values = static_cast<const char*>(row.values);
  for (int64_t w = 0; w < row.columns / 64; ++w) ESPALIER_UNROLL
  for (int part = 0; part < 8; ++part) {
    const auto weights = expand8<kType>(int(row.mask[w] >> (8 * part) & 0xff), values);
    ESPALIER_UNROLL
    for (int i = 0; i < kCount; ++i) {
      float* sums = lanes[i] + part * 8;
      const auto* numbers = reinterpret_cast<const float*>(in + i * stride + w * 256 + part * 32);
      _mm256_store_ps(sums, _mm256_fmadd_ps(weights, _mm256_loadu_ps(numbers), _mm256_load_ps(sums)));
    }
  }
  ESPALIER_UNROLL
  for (int i = 0; i < kCount; ++i) out[i * outStride] = sumOf64(lanes[i]);
}

template <ValueType kType>
ESPALIER_AVX2 void avx2Expand(const MatrixRow& row, float* out) {
  const char* values = static_cast<const char*>(row.values);
  for (int64_t w = 0; w < row.columns / 64; ++w) ESPALIER_UNROLL
  for (int part = 0; part < 8; ++part)
    _mm256_storeu_ps(out + w * 64 + part * 8, expand8<kType>(int(row.mask[w] >> (8 * part) & 0xff), values));
}

// Eight pairs of neighbouring numbers in bfloat16, in float32.
struct EightPairs {
  __m256 even, odd;
};
ESPALIER_AVX2 ESPALIER_INLINE EightPairs eightPairs(const char* at) {
  const auto pairs = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  return {_mm256_castsi256_ps(_mm256_slli_epi32(pairs, 16)),
          _mm256_castsi256_ps(_mm256_and_si256(pairs, _mm256_set1_epi32(int(0xffff0000))))};
}
ESPALIER_AVX2 ESPALIER_INLINE __m256 inOrder(__m256 quartersByTurns) {
  return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(quartersByTurns), 0xd8));
}
ESPALIER_AVX2 ESPALIER_INLINE EightPairs expandedPairs(int mask, const char*& values) {
  const auto first = expand8<ValueType::BF16>(mask & 0xff, values),
             second = expand8<ValueType::BF16>(mask >> 8, values);
  return {inOrder(_mm256_shuffle_ps(first, second, 0x88)), inOrder(_mm256_shuffle_ps(first, second, 0xdd))};
}
ESPALIER_AVX2 ESPALIER_INLINE void addPairs(const EightPairs& weights, const char* x, float* sums) {
  const auto in = eightPairs(x);
  _mm256_store_ps(sums, _mm256_fmadd_ps(weights.even, in.even,
                                        _mm256_fmadd_ps(weights.odd, in.odd, _mm256_load_ps(sums))));
}

template <ValueType kType, int kRows, int kCount>
ESPALIER_AVX2 void avx2RoundedDenseOf(const MatrixRow* rows, const char* in, int64_t stride, float* out,
                                      int64_t outStride) {
  static_assert(kRows == 1);
  const MatrixRow& row = *rows;
  const SmallNumbersAreZero asInTheInstruction;
  alignas(32) float lanes[kCount][32] = {};
  const auto add = [&](const char* values, const char* x) ESPALIER_AVX2 ESPALIER_ALWAYS {
    ESPALIER_UNROLL
    for (int part = 0; part < 4; ++part) {
      const auto weights = eightPairs(values + part * 32);
      ESPALIER_UNROLL
      for (int i = 0; i < kCount; ++i) addPairs(weights, x + i * stride + part * 32, lanes[i] + part * 8);
    }
  };
  const char* values = static_cast<const char*>(row.values);
  int64_t w = 0;
  for (; w < row.columns / 64; ++w) add(values + w * 128, in + w * 128);
  if (row.columns % 64 != 0) add(LastWord(row, 2).bytes, in + w * 128);
  ESPALIER_UNROLL
  for (int i = 0; i < kCount; ++i) out[i * outStride] = sumOf32(lanes[i]);
}

template <ValueType kType, int kRows, int kCount>
ESPALIER_AVX2 void avx2RoundedSparseOf(const MatrixRow* rows, const char* in, int64_t stride, float* out,
                                       int64_t outStride) {
  static_assert(kRows == 1);
  const MatrixRow& row = *rows;
  const SmallNumbersAreZero asInTheInstruction;
  alignas(32) float lanes[kCount][32] = {};
  const char* values = static_cast<const char*>(row.values);
  for (int64_t w = 0; w < row.columns / 64; ++w) ESPALIER_UNROLL
  for (int part = 0; part < 4; ++part) {
    const auto weights = expandedPairs(int(row.mask[w] >> (16 * part) & 0xffff), values);
    ESPALIER_UNROLL
    for (int i = 0; i < kCount; ++i)
      addPairs(weights, in + i * stride + w * 128 + part * 32, lanes[i] + part * 8);
  }
  ESPALIER_UNROLL
  for (int i = 0; i < kCount; ++i) out[i * outStride] = sumOf32(lanes[i]);
}

constexpr bool avx2DenseIsRounded = false, avx2IsRounded = false, avx2RoundedDenseIsRounded = true,
               avx2RoundedSparseIsRounded = true;
ESPALIER_COUNTED(avx2Dense, oneRow)
ESPALIER_COUNTED(avx2, oneRow)
ESPALIER_COUNTED(avx2RoundedDense, oneRow)
ESPALIER_COUNTED(avx2RoundedSparse, oneRow)

}  // namespace

std::vector<NamedKernels> avx2Kernels() {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("f16c"))
    return {};
  constexpr auto F32 = ValueType::F32, BF16 = ValueType::BF16, F16 = ValueType::F16;
  return {{"AVX2",
           {{{avx2Dense<F32>}, {avx2Dense<BF16>}, {avx2Dense<F16>}}},
           {{{avx2<F32>}, {avx2<BF16>}, {avx2<F16>}}},
           {avx2Expand<F32>, avx2Expand<BF16>, avx2Expand<F16>},
           {avx2RoundedDense<BF16>, InputForm::Bfloat16},
           {avx2RoundedSparse<BF16>, InputForm::Bfloat16}}};
}

#else

std::vector<NamedKernels> avx2Kernels() {
  return {};
}

#endif

}  // namespace espalier
