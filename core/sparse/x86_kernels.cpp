#include "core/sparse/x86_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include <cmath>

// Functions of one kind of instructions, which the rest of the program does not assume. What they call is
// part of them.
#define ESPALIER_AVX512 __attribute__((target("avx512f,popcnt")))
#define ESPALIER_VBMI2 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,popcnt")))
#define ESPALIER_AVX2 __attribute__((target("avx2,fma,f16c,popcnt")))
#define ESPALIER_INLINE __attribute__((always_inline)) inline
// Sums stay in registers only where the loops over them are gone.
#define ESPALIER_UNROLL _Pragma("GCC unroll 8")
#endif

namespace espalier {

#ifdef ESPALIER_AVX512

namespace {

template <ValueType kType>
constexpr int64_t kSize = kType == ValueType::F32 ? 4 : 2;

// Columns behind the last whole word of a dense row.
template <ValueType kType>
void addTail(const MatrixRow& row, int64_t first, const float* in, float* lanes) {
  for (int64_t c = first; c < row.columns; ++c)
    lanes[c - first] = std::fma(valueAt(row.values, kType, c), in[c], lanes[c - first]);
}

// Sixteen numbers in float32.
template <ValueType kType>
ESPALIER_AVX512 ESPALIER_INLINE __m512 load16(const char* at) {
  if constexpr (kType == ValueType::F32) return _mm512_loadu_ps(at);
  const auto half = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  if constexpr (kType == ValueType::F16) return _mm512_cvtph_ps(half);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}

// The numbers of 64 columns. Where each quarter begins is known at once, from the mask alone: no quarter
// waits for the one before.
struct Avx512Word {
  template <ValueType kType>
  ESPALIER_AVX512 ESPALIER_INLINE static void load(uint64_t mask, const char*& values, __m512* out) {
    const int before[5] = {0, __builtin_popcountll(mask & 0xffff), __builtin_popcountll(mask & 0xffffffff),
                           __builtin_popcountll(mask & 0xffffffffffff), __builtin_popcountll(mask)};
    ESPALIER_UNROLL
    for (int part = 0; part < 4; ++part) {
      auto packed = load16<kType>(values + before[part] * kSize<kType>);
      asm("" : "+v"(packed));  // expanding from memory is slower than from a register
      out[part] = _mm512_maskz_expand_ps(__mmask16(mask >> (16 * part)), packed);
    }
    values += before[4] * kSize<kType>;
  }
};

// Numbers of two bytes, 32 at a time.
struct Vbmi2Word {
  template <ValueType kType>
  ESPALIER_VBMI2 ESPALIER_INLINE static void load(uint64_t mask, const char*& values, __m512* out) {
    const int before[3] = {0, __builtin_popcountll(mask & 0xffffffff), __builtin_popcountll(mask)};
    ESPALIER_UNROLL
    for (int half = 0; half < 2; ++half) {
      auto packed = _mm512_loadu_si512(values + before[half] * 2);
      asm("" : "+v"(packed));
      const auto all = _mm512_maskz_expand_epi16(__mmask32(mask >> (32 * half)), packed);
      const __m256i quarters[2] = {_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1)};
      ESPALIER_UNROLL
      for (int part = 0; part < 2; ++part)
        out[half * 2 + part] =
            kType == ValueType::F16
                ? _mm512_cvtph_ps(quarters[part])
                : _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(quarters[part]), 16));
    }
    values += before[2] * 2;
  }
};

template <ValueType kType, int kCount>
ESPALIER_AVX512 void avx512DenseOf(const MatrixRow& row, const float* in, int64_t stride, float* out,
                                   int64_t outStride) {
  __m512 sums[kCount][4];
  ESPALIER_UNROLL
  for (auto& each : sums) ESPALIER_UNROLL
  for (auto& sum : each) sum = _mm512_setzero_ps();
  const char* values = static_cast<const char*>(row.values);
  int64_t c = 0;
  for (; c + 64 <= row.columns; c += 64) ESPALIER_UNROLL
  for (int part = 0; part < 4; ++part) {
    const auto weights = load16<kType>(values + (c + part * 16) * kSize<kType>);
    ESPALIER_UNROLL
    for (int i = 0; i < kCount; ++i)
      sums[i][part] =
          _mm512_fmadd_ps(weights, _mm512_loadu_ps(in + i * stride + c + part * 16), sums[i][part]);
  }
  ESPALIER_UNROLL
  for (int i = 0; i < kCount; ++i) {
    float lanes[64];
    ESPALIER_UNROLL
    for (int part = 0; part < 4; ++part) _mm512_storeu_ps(lanes + part * 16, sums[i][part]);
    addTail<kType>(row, c, in + i * stride, lanes);
    out[i * outStride] = sumOfLanes(lanes);
  }
}

// The two below differ in the instructions they may use alone.
#define ESPALIER_SPARSE_512(NAME, TARGET, WORD)                                                       \
  template <ValueType kType, int kCount>                                                              \
  TARGET void NAME##Of(const MatrixRow& row, const float* in, int64_t stride, float* out,             \
                       int64_t outStride) {                                                           \
    __m512 sums[kCount][4], weights[4];                                                               \
    ESPALIER_UNROLL                                                                                   \
    for (auto& each : sums) ESPALIER_UNROLL                                                           \
    for (auto& sum : each) sum = _mm512_setzero_ps();                                                 \
    const char* values = static_cast<const char*>(row.values);                                        \
    for (int64_t w = 0; w < row.columns / 64; ++w) {                                                  \
      WORD::load<kType>(row.mask[w], values, weights);                                                \
      ESPALIER_UNROLL                                                                                 \
      for (int part = 0; part < 4; ++part) ESPALIER_UNROLL                                            \
      for (int i = 0; i < kCount; ++i)                                                                \
        sums[i][part] = _mm512_fmadd_ps(                                                              \
            weights[part], _mm512_loadu_ps(in + i * stride + w * 64 + part * 16), sums[i][part]);     \
    }                                                                                                 \
    ESPALIER_UNROLL                                                                                   \
    for (int i = 0; i < kCount; ++i) {                                                                \
      float lanes[64];                                                                                \
      ESPALIER_UNROLL                                                                                 \
      for (int part = 0; part < 4; ++part) _mm512_storeu_ps(lanes + part * 16, sums[i][part]);        \
      out[i * outStride] = sumOfLanes(lanes);                                                         \
    }                                                                                                 \
  }                                                                                                   \
  template <ValueType kType>                                                                          \
  TARGET void NAME##Expand(const MatrixRow& row, float* out) {                                        \
    const char* values = static_cast<const char*>(row.values);                                        \
    for (int64_t w = 0; w < row.columns / 64; ++w) {                                                  \
      __m512 weights[4];                                                                              \
      WORD::load<kType>(row.mask[w], values, weights);                                                \
      ESPALIER_UNROLL                                                                                 \
      for (int part = 0; part < 4; ++part) _mm512_storeu_ps(out + w * 64 + part * 16, weights[part]); \
    }                                                                                                 \
  }
ESPALIER_SPARSE_512(avx512, ESPALIER_AVX512, Avx512Word)
ESPALIER_SPARSE_512(vbmi2, ESPALIER_VBMI2, Vbmi2Word)

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

template <ValueType kType, int kCount>
ESPALIER_AVX2 void avx2DenseOf(const MatrixRow& row, const float* in, int64_t stride, float* out,
                               int64_t outStride) {
  alignas(32) float lanes[kCount][64] = {};
  const char* values = static_cast<const char*>(row.values);
  int64_t c = 0;
  for (; c + 64 <= row.columns; c += 64) ESPALIER_UNROLL
  for (int part = 0; part < 8; ++part) {
    const auto weights = load8<kType>(values + (c + part * 8) * kSize<kType>);
    ESPALIER_UNROLL
    for (int i = 0; i < kCount; ++i) {
      float* sums = lanes[i] + part * 8;
      _mm256_store_ps(sums, _mm256_fmadd_ps(weights, _mm256_loadu_ps(in + i * stride + c + part * 8),
                                            _mm256_load_ps(sums)));
    }
  }
  ESPALIER_UNROLL
  for (int i = 0; i < kCount; ++i) {
    addTail<kType>(row, c, in + i * stride, lanes[i]);
    out[i * outStride] = sumOfLanes(lanes[i]);
  }
}

template <ValueType kType, int kCount>
ESPALIER_AVX2 void avx2Of(const MatrixRow& row, const float* in, int64_t stride, float* out,
                          int64_t outStride) {
  alignas(32) float lanes[kCount][64] = {};
  const char* values = static_cast<const char*>(row.values);
  for (int64_t w = 0; w < row.columns / 64; ++w) ESPALIER_UNROLL
  for (int part = 0; part < 8; ++part) {
    const auto weights = expand8<kType>(int(row.mask[w] >> (8 * part) & 0xff), values);
    ESPALIER_UNROLL
    for (int i = 0; i < kCount; ++i) {
      float* sums = lanes[i] + part * 8;
      _mm256_store_ps(sums, _mm256_fmadd_ps(weights, _mm256_loadu_ps(in + i * stride + w * 64 + part * 8),
                                            _mm256_load_ps(sums)));
    }
  }
  ESPALIER_UNROLL
  for (int i = 0; i < kCount; ++i) out[i * outStride] = sumOfLanes(lanes[i]);
}

template <ValueType kType>
ESPALIER_AVX2 void avx2Expand(const MatrixRow& row, float* out) {
  const char* values = static_cast<const char*>(row.values);
  for (int64_t w = 0; w < row.columns / 64; ++w) ESPALIER_UNROLL
  for (int part = 0; part < 8; ++part)
    _mm256_storeu_ps(out + w * 64 + part * 8, expand8<kType>(int(row.mask[w] >> (8 * part) & 0xff), values));
}

// As many vectors at a time as there are, up to four.
#define ESPALIER_COUNTED(NAME)                                                                \
  template <ValueType kType>                                                                  \
  void NAME(const MatrixRow& row, const float* in, int64_t stride, int64_t count, float* out, \
            int64_t outStride) {                                                              \
    for (; count >= 4; count -= 4, in += 4 * stride, out += 4 * outStride)                    \
      NAME##Of<kType, 4>(row, in, stride, out, outStride);                                    \
    if (count >= 2) {                                                                         \
      NAME##Of<kType, 2>(row, in, stride, out, outStride);                                    \
      count -= 2, in += 2 * stride, out += 2 * outStride;                                     \
    }                                                                                         \
    if (count == 1) NAME##Of<kType, 1>(row, in, stride, out, outStride);                      \
  }
ESPALIER_COUNTED(avx512Dense)
ESPALIER_COUNTED(avx512)
ESPALIER_COUNTED(vbmi2)
ESPALIER_COUNTED(avx2Dense)
ESPALIER_COUNTED(avx2)

#define ESPALIER_ALL_TYPES(NAME) \
  { NAME<ValueType::F32>, NAME<ValueType::BF16>, NAME<ValueType::F16> }

}  // namespace

std::vector<NamedKernels> x86Kernels() {
  std::vector<NamedKernels> out;
  const bool avx512Here = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("popcnt");
  if (avx512Here && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vbmi2"))
    out.push_back(
        {"AVX-512 VBMI2",
         ESPALIER_ALL_TYPES(avx512Dense),
         {avx512<ValueType::F32>, vbmi2<ValueType::BF16>, vbmi2<ValueType::F16>},
         {avx512Expand<ValueType::F32>, vbmi2Expand<ValueType::BF16>, vbmi2Expand<ValueType::F16>}});
  if (avx512Here)
    out.push_back({"AVX-512", ESPALIER_ALL_TYPES(avx512Dense), ESPALIER_ALL_TYPES(avx512),
                   ESPALIER_ALL_TYPES(avx512Expand)});
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c"))
    out.push_back(
        {"AVX2", ESPALIER_ALL_TYPES(avx2Dense), ESPALIER_ALL_TYPES(avx2), ESPALIER_ALL_TYPES(avx2Expand)});
  return out;
}

#else

std::vector<NamedKernels> x86Kernels() {
  return {};
}

#endif

}  // namespace espalier
