#pragma once

// Functions of one kind of instructions, which the rest of the program does not assume. What they call is
// part of them.
#if defined(__x86_64__) && defined(__GNUC__)
// GCC 12 warns of its own header: what an instruction leaves undefined is a variable without a value there.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop

#include <cstring>

#include "core/sparse/product_kernels.h"

#define ESPALIER_AVX512 __attribute__((target("avx512f,popcnt")))
#define ESPALIER_VBMI2 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,avx512vpopcntdq,popcnt")))
#define ESPALIER_BF16 \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,avx512vpopcntdq,avx512bf16,popcnt")))
#define ESPALIER_AVX2 __attribute__((target("avx2,fma,f16c,popcnt")))
#define ESPALIER_ALWAYS __attribute__((always_inline))
#define ESPALIER_INLINE ESPALIER_ALWAYS inline
// Sums stay in registers only where the loops over them are gone.
#define ESPALIER_UNROLL _Pragma("GCC unroll 8")

// As many vectors at a time as there are, up to four, and ROWS(vectors) rows.
#define ESPALIER_COUNTED(NAME, ROWS)                                                                     \
  template <ValueType kType, int kCount>                                                                 \
  void NAME##Together(std::span<const MatrixRow> rows, const char* in, int64_t stride, float* out,       \
                      int64_t outStride) {                                                               \
    constexpr size_t kRows = ROWS(kCount);                                                               \
    size_t r = 0;                                                                                        \
    for (; r + kRows <= rows.size(); r += kRows)                                                         \
      NAME##Of<kType, kRows, kCount>(&rows[r], in, stride, out + r, outStride);                          \
    if constexpr (kRows > 1)                                                                             \
      for (; r < rows.size(); ++r) NAME##Of<kType, 1, kCount>(&rows[r], in, stride, out + r, outStride); \
  }                                                                                                      \
  template <ValueType kType>                                                                             \
  void NAME(std::span<const MatrixRow> rows, const void* in, int64_t stride, int64_t count, float* out,  \
            int64_t outStride) {                                                                         \
    const char* from = static_cast<const char*>(in);                                                     \
    const int64_t bytes = stride * (NAME##IsRounded ? 2 : 4);                                            \
    for (; count >= 4; count -= 4, from += 4 * bytes, out += 4 * outStride)                              \
      NAME##Together<kType, 4>(rows, from, bytes, out, outStride);                                       \
    if (count >= 2) {                                                                                    \
      NAME##Together<kType, 2>(rows, from, bytes, out, outStride);                                       \
      count -= 2, from += 2 * bytes, out += 2 * outStride;                                               \
    }                                                                                                    \
    if (count == 1) NAME##Together<kType, 1>(rows, from, bytes, out, outStride);                         \
  }

namespace espalier {

template <ValueType kType>
constexpr int64_t kSize = kType == ValueType::F32 ? 4 : 2;

// As many sums as there are registers for: four rows with one vector, two with two, one with four.
constexpr int rowsBySums(int vectors) {
  return 4 / vectors;
}
constexpr int oneRow(int) {
  return 1;
}

// How far ahead of what is read a row's values are asked for: farther than the processor does by itself,
// which loses track where each step takes another number of bytes.
constexpr int64_t kReadAhead = 4096;

// What is behind the last whole word of a dense row, as a word.
struct LastWord {
  alignas(64) char bytes[64 * 4] = {};
  LastWord(const MatrixRow& row, int64_t size) {
    const int64_t whole = row.columns / 64 * 64;
    std::memcpy(bytes, static_cast<const char*>(row.values) + whole * size,
                size_t((row.columns - whole) * size));
  }
};

// Numbers below 2^-126 count as zero for as long as it lives, as in the instruction for bfloat16.
class SmallNumbersAreZero {
 public:
  ESPALIER_INLINE SmallNumbersAreZero() : m_before(_mm_getcsr()) { _mm_setcsr(m_before | 0x8040); }
  ESPALIER_INLINE ~SmallNumbersAreZero() { _mm_setcsr(m_before); }
  SmallNumbersAreZero(const SmallNumbersAreZero&) = delete;
  SmallNumbersAreZero& operator=(const SmallNumbersAreZero&) = delete;

 private:
  unsigned m_before;
};

}  // namespace espalier

#endif
