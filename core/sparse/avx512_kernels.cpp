#include <cstring>

#include "core/sparse/x86_kernels.h"
#include "core/sparse/x86_targets.h"

namespace espalier {

#ifdef ESPALIER_AVX512

namespace {

// The last sixteen of the sums, in the order of sumOfLanes().
ESPALIER_AVX512 ESPALIER_INLINE float sumOf16(__m512 sums) {
  const auto eight = _mm256_add_ps(_mm512_castps512_ps256(sums),
                                   _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sums), 1)));
  auto four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  four = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}

// The numbers at even and at odd places of 32 in bfloat16.
ESPALIER_AVX512 ESPALIER_INLINE __m512 evenOf(__m512i pairs) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(pairs, 16));
}
ESPALIER_AVX512 ESPALIER_INLINE __m512 oddOf(__m512i pairs) {
  return _mm512_castsi512_ps(_mm512_and_si512(pairs, _mm512_set1_epi32(int(0xffff0000))));
}

// A word is 64 columns in four parts of sixteen. In their own order:
struct InColumns {
  static constexpr InputForm kForm = InputForm::Columns;
  ESPALIER_AVX512 ESPALIER_INLINE static float sum(const __m512* sums) {
    return sumOf16(_mm512_add_ps(_mm512_add_ps(sums[0], sums[2]), _mm512_add_ps(sums[1], sums[3])));
  }
};
// Or those with even and those with odd numbers of each half. Columns that are added up before the last step
// of the tree are both even or both odd.
struct InPairs {
  static constexpr InputForm kForm = InputForm::EvenAndOdd;
  ESPALIER_AVX512 ESPALIER_INLINE static float sum(const __m512* sums) {
    return sumOf16(_mm512_add_ps(sums[0], sums[2])) + sumOf16(_mm512_add_ps(sums[1], sums[3]));
  }
};

// All numbers of a word of a dense row.
template <ValueType kType>
struct DenseWord : InColumns {
  ESPALIER_AVX512 ESPALIER_INLINE static void load(const char* values, __m512* out) {
    ESPALIER_UNROLL
    for (int part = 0; part < 4; ++part)
      if constexpr (kType == ValueType::F32)
        out[part] = _mm512_loadu_ps(values + part * 64);
      else
        out[part] = _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(values + part * 32)));
  }
};
template <>
struct DenseWord<ValueType::BF16> : InPairs {
  ESPALIER_AVX512 ESPALIER_INLINE static void load(const char* values, __m512* out) {
    ESPALIER_UNROLL
    for (int half = 0; half < 2; ++half) {
      const auto pairs = _mm512_loadu_si512(values + half * 64);
      out[2 * half] = evenOf(pairs), out[2 * half + 1] = oddOf(pairs);
    }
  }
};

// The numbers of a word of a row with a mask are where the mask has bits. Where each part begins is known at
// once, from the mask alone: no part waits for the one before.
struct Places {
  int64_t before[5];
  ESPALIER_AVX512 ESPALIER_INLINE explicit Places(uint64_t mask)
      : before{0, __builtin_popcountll(mask & 0xffff), __builtin_popcountll(mask & 0xffffffff),
               __builtin_popcountll(mask & 0xffffffffffff), __builtin_popcountll(mask)} {}
};

template <ValueType kType>
struct ExpandedWord : InColumns {
  uint64_t mask;
  Places places;
  ESPALIER_AVX512 ESPALIER_INLINE explicit ExpandedWord(const uint64_t* at) : mask(*at), places(mask) {}
  ESPALIER_AVX512 ESPALIER_INLINE int64_t count() const { return places.before[4]; }
  ESPALIER_AVX512 ESPALIER_INLINE void load(const char* values, __m512* out) const {
    ESPALIER_UNROLL
    for (int part = 0; part < 4; ++part) {
      const char* at = values + places.before[part] * kSize<kType>;
      __m512 packed;
      if constexpr (kType == ValueType::F32) {
        packed = _mm512_loadu_ps(at);
      } else {
        const auto half = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        packed = kType == ValueType::F16
                     ? _mm512_cvtph_ps(half)
                     : _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
      }
      asm("" : "+v"(packed));  // expanding from memory is slower than from a register
      out[part] = _mm512_maskz_expand_ps(__mmask16(mask >> (16 * part)), packed);
    }
  }
};

// Float32: each lane counts the bits before its own and takes the number of that place, which costs half of
// what the instruction for expanding does.
struct PermutedWord : InColumns {
  uint64_t mask;
  Places places;
  __m512i from[4];
  ESPALIER_VBMI2 ESPALIER_INLINE explicit PermutedWord(const uint64_t* at) : mask(*at), places(mask) {
    const auto before = _mm512_set_epi32(0x7fff, 0x3fff, 0x1fff, 0xfff, 0x7ff, 0x3ff, 0x1ff, 0xff, 0x7f, 0x3f,
                                         0x1f, 0xf, 7, 3, 1, 0);
    const auto beforeInUpper = _mm512_slli_epi32(before, 16);
    const auto lower = _mm512_set1_epi32(int(mask)), upper = _mm512_set1_epi32(int(mask >> 32));
    from[0] = _mm512_popcnt_epi32(_mm512_and_si512(lower, before));
    from[1] = _mm512_popcnt_epi32(_mm512_and_si512(lower, beforeInUpper));
    from[2] = _mm512_popcnt_epi32(_mm512_and_si512(upper, before));
    from[3] = _mm512_popcnt_epi32(_mm512_and_si512(upper, beforeInUpper));
  }
  ESPALIER_VBMI2 ESPALIER_INLINE int64_t count() const { return places.before[4]; }
  ESPALIER_VBMI2 ESPALIER_INLINE void load(const char* values, __m512* out) const {
    ESPALIER_UNROLL
    for (int part = 0; part < 4; ++part)
      out[part] = _mm512_maskz_permutexvar_ps(__mmask16(mask >> (16 * part)), from[part],
                                              _mm512_loadu_ps(values + places.before[part] * 4));
  }
};

// 32 numbers of two bytes at a time.
struct ExpandedHalves {
  uint64_t mask;
  int64_t before[3];
  ESPALIER_VBMI2 ESPALIER_INLINE explicit ExpandedHalves(const uint64_t* at)
      : mask(*at), before{0, __builtin_popcountll(mask & 0xffffffff), __builtin_popcountll(mask)} {}
  ESPALIER_VBMI2 ESPALIER_INLINE int64_t count() const { return before[2]; }
  ESPALIER_VBMI2 ESPALIER_INLINE __m512i half(const char* values, int half) const {
    auto packed = _mm512_loadu_si512(values + before[half] * 2);
    asm("" : "+v"(packed));
    return _mm512_maskz_expand_epi16(__mmask32(mask >> (32 * half)), packed);
  }
};
struct FloatHalvesWord : InColumns, ExpandedHalves {
  ESPALIER_VBMI2 ESPALIER_INLINE explicit FloatHalvesWord(const uint64_t* at) : ExpandedHalves(at) {}
  ESPALIER_VBMI2 ESPALIER_INLINE void load(const char* values, __m512* out) const {
    ESPALIER_UNROLL
    for (int h = 0; h < 2; ++h) {
      const auto all = half(values, h);
      out[2 * h] = _mm512_cvtph_ps(_mm512_castsi512_si256(all));
      out[2 * h + 1] = _mm512_cvtph_ps(_mm512_extracti64x4_epi64(all, 1));
    }
  }
};
struct PairsWord : InPairs, ExpandedHalves {
  ESPALIER_VBMI2 ESPALIER_INLINE explicit PairsWord(const uint64_t* at) : ExpandedHalves(at) {}
  ESPALIER_VBMI2 ESPALIER_INLINE void load(const char* values, __m512* out) const {
    ESPALIER_UNROLL
    for (int h = 0; h < 2; ++h) {
      const auto pairs = half(values, h);
      out[2 * h] = evenOf(pairs), out[2 * h + 1] = oddOf(pairs);
    }
  }
};

template <ValueType kType, int kRows, int kCount>
ESPALIER_AVX512 void avx512DenseOf(const MatrixRow* rows, const char* in, int64_t stride, float* out,
                                   int64_t outStride) {
  __m512 sums[kRows][kCount][4];
  ESPALIER_UNROLL
  for (int r = 0; r < kRows; ++r) ESPALIER_UNROLL
  for (int i = 0; i < kCount; ++i) ESPALIER_UNROLL
  for (int part = 0; part < 4; ++part) sums[r][i][part] = _mm512_setzero_ps();
  const auto add = [&](int r, const char* values, const char* x) ESPALIER_AVX512 ESPALIER_ALWAYS {
    __m512 weights[4];
    DenseWord<kType>::load(values, weights);
    ESPALIER_UNROLL
    for (int part = 0; part < 4; ++part) ESPALIER_UNROLL
    for (int i = 0; i < kCount; ++i)
      sums[r][i][part] =
          _mm512_fmadd_ps(weights[part], _mm512_loadu_ps(x + i * stride + part * 64), sums[r][i][part]);
  };
  const int64_t words = rows->columns / 64;
  const char* values[kRows];
  ESPALIER_UNROLL
  for (int r = 0; r < kRows; ++r) values[r] = static_cast<const char*>(rows[r].values);
  for (int64_t w = 0; w < words; ++w) ESPALIER_UNROLL
  for (int r = 0; r < kRows; ++r) {
    _mm_prefetch(values[r] + kReadAhead, _MM_HINT_T0);
    _mm_prefetch(values[r] + kReadAhead + 64, _MM_HINT_T0);
    add(r, values[r], in + w * 256);
    values[r] += 64 * kSize<kType>;
  }
  if (rows->columns % 64 != 0) ESPALIER_UNROLL
  for (int r = 0; r < kRows; ++r) add(r, LastWord(rows[r], kSize<kType>).bytes, in + words * 256);
  ESPALIER_UNROLL
  for (int r = 0; r < kRows; ++r) ESPALIER_UNROLL
  for (int i = 0; i < kCount; ++i) out[i * outStride + r] = DenseWord<kType>::sum(sums[r][i]);
}

// Those below differ in the instructions they may use alone.
#define ESPALIER_SPARSE_512(NAME, TARGET, WORD)                                                       \
  template <ValueType kType, int kRows, int kCount>                                                   \
  TARGET void NAME##Of(const MatrixRow* rows, const char* in, int64_t stride, float* out,             \
                       int64_t outStride) {                                                           \
    __m512 sums[kRows][kCount][4];                                                                    \
    const char* values[kRows];                                                                        \
    ESPALIER_UNROLL                                                                                   \
    for (int r = 0; r < kRows; ++r) {                                                                 \
      values[r] = static_cast<const char*>(rows[r].values);                                           \
      ESPALIER_UNROLL                                                                                 \
      for (int i = 0; i < kCount; ++i) ESPALIER_UNROLL                                                \
      for (int part = 0; part < 4; ++part) sums[r][i][part] = _mm512_setzero_ps();                    \
    }                                                                                                 \
    const int64_t words = rows->columns / 64;                                                         \
    for (int64_t w = 0; w < words; ++w) ESPALIER_UNROLL                                               \
    for (int r = 0; r < kRows; ++r) {                                                                 \
      _mm_prefetch(values[r] + kReadAhead, _MM_HINT_T0);                                              \
      if (kSize<kType> == 4) _mm_prefetch(values[r] + kReadAhead + 64, _MM_HINT_T0);                  \
      const WORD word(rows[r].mask + w);                                                              \
      __m512 weights[4];                                                                              \
      word.load(values[r], weights);                                                                  \
      values[r] += word.count() * kSize<kType>;                                                       \
      ESPALIER_UNROLL                                                                                 \
      for (int part = 0; part < 4; ++part) ESPALIER_UNROLL                                            \
      for (int i = 0; i < kCount; ++i)                                                                \
        sums[r][i][part] = _mm512_fmadd_ps(                                                           \
            weights[part], _mm512_loadu_ps(in + i * stride + w * 256 + part * 64), sums[r][i][part]); \
    }                                                                                                 \
    ESPALIER_UNROLL                                                                                   \
    for (int r = 0; r < kRows; ++r) ESPALIER_UNROLL                                                   \
    for (int i = 0; i < kCount; ++i) out[i * outStride + r] = WORD::sum(sums[r][i]);                  \
  }                                                                                                   \
  constexpr bool NAME##IsRounded = false;                                                             \
  ESPALIER_COUNTED(NAME, rowsBySums)
constexpr bool avx512DenseIsRounded = false;
ESPALIER_COUNTED(avx512Dense, rowsBySums)
ESPALIER_SPARSE_512(expanded, ESPALIER_AVX512, ExpandedWord<kType>)
ESPALIER_SPARSE_512(permuted, ESPALIER_VBMI2, PermutedWord)
ESPALIER_SPARSE_512(floatHalves, ESPALIER_VBMI2, FloatHalvesWord)
ESPALIER_SPARSE_512(pairs, ESPALIER_VBMI2, PairsWord)

// All of a row, its columns in order.
template <ValueType kType>
ESPALIER_AVX512 void avx512Expand(const MatrixRow& row, float* out) {
  const char* values = static_cast<const char*>(row.values);
  for (int64_t w = 0; w < row.columns / 64; ++w) {
    __m512 weights[4];
    const ExpandedWord<kType> word(row.mask + w);
    word.load(values, weights);
    values += word.count() * kSize<kType>;
    ESPALIER_UNROLL
    for (int part = 0; part < 4; ++part) _mm512_storeu_ps(out + w * 64 + part * 16, weights[part]);
  }
}
template <ValueType kType>
ESPALIER_VBMI2 void vbmi2Expand(const MatrixRow& row, float* out) {
  const char* values = static_cast<const char*>(row.values);
  for (int64_t w = 0; w < row.columns / 64; ++w) {
    const ExpandedHalves word(row.mask + w);
    ESPALIER_UNROLL
    for (int h = 0; h < 2; ++h) {
      const auto all = word.half(values, h);
      const __m256i quarters[2] = {_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1)};
      ESPALIER_UNROLL
      for (int part = 0; part < 2; ++part)
        _mm512_storeu_ps(out + w * 64 + h * 32 + part * 16,
                         kType == ValueType::F16 ? _mm512_cvtph_ps(quarters[part])
                                                 : _mm512_castsi512_ps(_mm512_slli_epi32(
                                                       _mm512_cvtepu16_epi32(quarters[part]), 16)));
    }
    values += word.count() * 2;
  }
}

// What 32 pairs of bfloat16 numbers add to sixteen sums: as one instruction, or as the two steps that it
// takes.
struct PairInstruction {
  ESPALIER_BF16 ESPALIER_INLINE static __m512 add(__m512 sums, __m512i a, __m512i b) {
    return _mm512_dpbf16_ps(sums, (__m512bh)a, (__m512bh)b);
  }
};
struct PairSteps {
  const SmallNumbersAreZero asInTheInstruction;
  ESPALIER_VBMI2 ESPALIER_INLINE static __m512 add(__m512 sums, __m512i a, __m512i b) {
    return _mm512_fmadd_ps(evenOf(a), evenOf(b), _mm512_fmadd_ps(oddOf(a), oddOf(b), sums));
  }
};

#define ESPALIER_ROUNDED_512(NAME, TARGET, PAIRS)                                                    \
  template <ValueType kType, int kRows, int kCount>                                                  \
  TARGET void NAME##SparseOf(const MatrixRow* rows, const char* in, int64_t stride, float* out,      \
                             int64_t outStride) {                                                    \
    [[maybe_unused]] const PAIRS pairs;                                                              \
    __m512 sums[kRows][kCount][2];                                                                   \
    const char* values[kRows];                                                                       \
    ESPALIER_UNROLL                                                                                  \
    for (int r = 0; r < kRows; ++r) {                                                                \
      values[r] = static_cast<const char*>(rows[r].values);                                          \
      ESPALIER_UNROLL                                                                                \
      for (int i = 0; i < kCount; ++i) sums[r][i][0] = sums[r][i][1] = _mm512_setzero_ps();          \
    }                                                                                                \
    const int64_t words = rows->columns / 64;                                                        \
    for (int64_t w = 0; w < words; ++w) ESPALIER_UNROLL                                              \
    for (int r = 0; r < kRows; ++r) {                                                                \
      _mm_prefetch(values[r] + kReadAhead, _MM_HINT_T0);                                             \
      const ExpandedHalves word(rows[r].mask + w);                                                   \
      const __m512i weights[2] = {word.half(values[r], 0), word.half(values[r], 1)};                 \
      values[r] += word.count() * 2;                                                                 \
      ESPALIER_UNROLL                                                                                \
      for (int half = 0; half < 2; ++half) ESPALIER_UNROLL                                           \
      for (int i = 0; i < kCount; ++i)                                                               \
        sums[r][i][half] = PAIRS::add(sums[r][i][half], weights[half],                               \
                                      _mm512_loadu_si512(in + i * stride + w * 128 + half * 64));    \
    }                                                                                                \
    ESPALIER_UNROLL                                                                                  \
    for (int r = 0; r < kRows; ++r) ESPALIER_UNROLL                                                  \
    for (int i = 0; i < kCount; ++i)                                                                 \
      out[i * outStride + r] = sumOf16(_mm512_add_ps(sums[r][i][0], sums[r][i][1]));                 \
  }                                                                                                  \
  template <ValueType kType, int kRows, int kCount>                                                  \
  TARGET void NAME##DenseOf(const MatrixRow* rows, const char* in, int64_t stride, float* out,       \
                            int64_t outStride) {                                                     \
    [[maybe_unused]] const PAIRS pairs;                                                              \
    __m512 sums[kRows][kCount][2];                                                                   \
    const char* values[kRows];                                                                       \
    ESPALIER_UNROLL                                                                                  \
    for (int r = 0; r < kRows; ++r) {                                                                \
      values[r] = static_cast<const char*>(rows[r].values);                                          \
      ESPALIER_UNROLL                                                                                \
      for (int i = 0; i < kCount; ++i) sums[r][i][0] = sums[r][i][1] = _mm512_setzero_ps();          \
    }                                                                                                \
    const auto add = [&](int r, const char* at, const char* x) TARGET ESPALIER_ALWAYS {              \
      ESPALIER_UNROLL                                                                                \
      for (int half = 0; half < 2; ++half) {                                                         \
        const auto weights = _mm512_loadu_si512(at + half * 64);                                     \
        ESPALIER_UNROLL                                                                              \
        for (int i = 0; i < kCount; ++i)                                                             \
          sums[r][i][half] =                                                                         \
              PAIRS::add(sums[r][i][half], weights, _mm512_loadu_si512(x + i * stride + half * 64)); \
      }                                                                                              \
    };                                                                                               \
    const int64_t words = rows->columns / 64;                                                        \
    for (int64_t w = 0; w < words; ++w) ESPALIER_UNROLL                                              \
    for (int r = 0; r < kRows; ++r) {                                                                \
      _mm_prefetch(values[r] + kReadAhead, _MM_HINT_T0);                                             \
      _mm_prefetch(values[r] + kReadAhead + 64, _MM_HINT_T0);                                        \
      add(r, values[r], in + w * 128);                                                               \
      values[r] += 128;                                                                              \
    }                                                                                                \
    if (rows->columns % 64 != 0) ESPALIER_UNROLL                                                     \
    for (int r = 0; r < kRows; ++r) add(r, LastWord(rows[r], 2).bytes, in + words * 128);            \
    ESPALIER_UNROLL                                                                                  \
    for (int r = 0; r < kRows; ++r) ESPALIER_UNROLL                                                  \
    for (int i = 0; i < kCount; ++i)                                                                 \
      out[i * outStride + r] = sumOf16(_mm512_add_ps(sums[r][i][0], sums[r][i][1]));                 \
  }                                                                                                  \
  constexpr bool NAME##SparseIsRounded = true, NAME##DenseIsRounded = true;                          \
  ESPALIER_COUNTED(NAME##Sparse, rowsBySums)                                                         \
  ESPALIER_COUNTED(NAME##Dense, rowsBySums)
ESPALIER_ROUNDED_512(pairInstruction, ESPALIER_BF16, PairInstruction)
ESPALIER_ROUNDED_512(pairSteps, ESPALIER_VBMI2, PairSteps)

}  // namespace

std::vector<NamedKernels> avx512Kernels() {
  std::vector<NamedKernels> out;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("popcnt")) return out;
  constexpr auto F32 = ValueType::F32, BF16 = ValueType::BF16, F16 = ValueType::F16;
  const std::array<ProductKernel, kValueTypes> dense{
      {{avx512Dense<F32>}, {avx512Dense<BF16>, InputForm::EvenAndOdd}, {avx512Dense<F16>}}};
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vpopcntdq")) {
    NamedKernels kernels{"AVX-512 VBMI2",
                         dense,
                         {{{permuted<F32>, InputForm::Columns},
                           {pairs<BF16>, InputForm::EvenAndOdd},
                           {floatHalves<F16>, InputForm::Columns}}},
                         {avx512Expand<F32>, vbmi2Expand<BF16>, vbmi2Expand<F16>},
                         {pairStepsDense<BF16>, InputForm::Bfloat16},
                         {pairStepsSparse<BF16>, InputForm::Bfloat16}};
    out.push_back(kernels);
    if (__builtin_cpu_supports("avx512bf16")) {
      kernels.name = "AVX-512 BF16";
      kernels.roundedDense.run = pairInstructionDense<BF16>;
      kernels.roundedSparse.run = pairInstructionSparse<BF16>;
      out.insert(out.begin(), kernels);
    }
  }
  out.push_back({"AVX-512",
                 dense,
                 {{{expanded<F32>, InputForm::Columns},
                   {expanded<BF16>, InputForm::Columns},
                   {expanded<F16>, InputForm::Columns}}},
                 {avx512Expand<F32>, avx512Expand<BF16>, avx512Expand<F16>},
                 {},
                 {}});
  return out;
}

#else

std::vector<NamedKernels> avx512Kernels() {
  return {};
}

#endif

}  // namespace espalier
