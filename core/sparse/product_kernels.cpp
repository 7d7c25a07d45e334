#include "core/sparse/product_kernels.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <limits>

#include "core/sparse/x86_kernels.h"
#ifdef __x86_64__
#include <emmintrin.h>
#endif

namespace espalier {

namespace {

float fromHalf(uint16_t bits) {
  const uint32_t sign = uint32_t(bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000 | fraction << 13);
  if (exponent == 0) return std::copysign(std::ldexp(float(fraction), -24), sign ? -1.0f : 1.0f);
  return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

// A kernel of what makes the products of one row.
using RowProduct = void (*)(const MatrixRow& row, const void* in, int64_t stride, int64_t count, float* out,
                            int64_t outStride);
template <RowProduct kOfRow>
void rowByRow(std::span<const MatrixRow> rows, const void* in, int64_t stride, int64_t count, float* out,
              int64_t outStride) {
  for (const auto& row : rows) kOfRow(row, in, stride, count, out++, outStride);
}

template <ValueType kType>
void portableDense(const MatrixRow& row, const void* in, int64_t stride, int64_t count, float* out,
                   int64_t outStride) {
  for (int64_t i = 0; i < count; ++i) {
    const float* x = static_cast<const float*>(in) + i * stride;
    float lanes[64] = {};
    for (int64_t c = 0; c < row.columns; ++c)
      lanes[c % 64] = std::fma(valueAt(row.values, kType, c), x[c], lanes[c % 64]);
    out[i * outStride] = sumOfLanes(lanes);
  }
}

template <ValueType kType>
void portable(const MatrixRow& row, const void* in, int64_t stride, int64_t count, float* out,
              int64_t outStride) {
  for (int64_t i = 0; i < count; ++i) {
    float lanes[64] = {};
    int64_t next = 0;
    for (int64_t w = 0; w < row.columns / 64; ++w) {
      const float* x = static_cast<const float*>(in) + i * stride + w * 64;
      for (uint64_t bits = row.mask[w]; bits != 0; bits &= bits - 1) {
        const int lane = std::countr_zero(bits);
        lanes[lane] = std::fma(valueAt(row.values, kType, next++), x[lane], lanes[lane]);
      }
    }
    out[i * outStride] = sumOfLanes(lanes);
  }
}

// Numbers that bfloat16's instruction takes for zero.
float withoutSmall(float x) {
  return std::abs(x) < std::numeric_limits<float>::min() ? std::copysign(0.0f, x) : x;
}

// Of 64 columns, those that are missing zero. Adds to 32 sums.
void addPairs(const uint16_t* weights, const uint16_t* in, float* sums) {
  for (int pair = 0; pair < 32; ++pair)
    for (const int at : {2 * pair + 1, 2 * pair})
      sums[pair] = withoutSmall(std::fma(withoutSmall(valueAt(weights, ValueType::BF16, at)),
                                         withoutSmall(valueAt(in, ValueType::BF16, at)), sums[pair]));
}

void portableRounded(const MatrixRow& row, const void* in, int64_t stride, int64_t count, float* out,
                     int64_t outStride) {
  const auto* values = static_cast<const uint16_t*>(row.values);
  std::vector<float> sums(size_t(count * 64));
  int64_t next = 0;
  for (int64_t w = 0; w * 64 < row.columns; ++w) {
    uint16_t word[64] = {};
    if (row.mask)
      for (uint64_t bits = row.mask[w]; bits != 0; bits &= bits - 1)
        word[std::countr_zero(bits)] = values[next++];
    else
      std::copy_n(values + w * 64, std::min<int64_t>(64, row.columns - w * 64), word);
    for (int64_t i = 0; i < count; ++i)
      addPairs(word, static_cast<const uint16_t*>(in) + i * stride + w * 64, &sums[size_t(i * 64)]);
  }
  for (int64_t i = 0; i < count; ++i) out[i * outStride] = sumOfLanes(&sums[size_t(i * 64)]);
}

template <ValueType kType>
void portableExpand(const MatrixRow& row, float* out) {
  std::fill_n(out, row.columns, 0.0f);
  int64_t next = 0;
  for (int64_t w = 0; w < row.columns / 64; ++w)
    for (uint64_t bits = row.mask[w]; bits != 0; bits &= bits - 1)
      out[w * 64 + std::countr_zero(bits)] = valueAt(row.values, kType, next++);
}

std::atomic<const NamedKernels*> g_asked = nullptr;

// Of one kind and type: which instructions are the fastest here.
struct Fastest {
  std::array<const NamedKernels*, kValueTypes> dense, sparse, expand;
  const NamedKernels *roundedDense, *roundedSparse;
};

template <typename Run>
const NamedKernels* fastestOf(const Run& run) {
  constexpr int kRounds = 7, kTimesInRound = 5;
  const NamedKernels* best = nullptr;
  auto least = std::chrono::steady_clock::duration::max();
  for (int round = 0; round < kRounds; ++round)
    for (const auto& kernels : productKernels()) {
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < kTimesInRound; ++i) run(kernels);
      const auto took = std::chrono::steady_clock::now() - start;
      if (took < least) least = took, best = &kernels;
    }
  return best;
}

const Fastest& fastest() {
  static const Fastest found = [] {
    constexpr int64_t kWords = 64, kColumns = kWords * 64;
    std::vector<uint64_t> mask;
    for (uint64_t w = 0; w < kWords; ++w) mask.push_back((w + 1) * 0x9e3779b97f4a7c15u);
    const std::vector<float> values(kColumns + 64, 0.5f), in(kColumns, 0.25f);
    std::vector<float> out(kColumns);
    const MatrixRow dense{nullptr, values.data(), kColumns}, sparse{mask.data(), values.data(), kColumns};
    const auto product = [&](const ProductKernel& kernel, const MatrixRow& row) {
      const std::array rows{row, row, row, row};
      kernel.run(rows, in.data(), kColumns, 1, out.data(), int64_t(rows.size()));
    };
    Fastest f{};
    for (size_t t = 0; t < kValueTypes; ++t) {
      f.dense[t] = fastestOf([&](const auto& k) { product(k.dense[t], dense); });
      f.sparse[t] = fastestOf([&](const auto& k) { product(k.sparse[t], sparse); });
      f.expand[t] = fastestOf([&](const auto& k) { k.expand[t](sparse, out.data()); });
    }
    f.roundedDense = fastestOf([&](const auto& k) { product(k.roundedDense, dense); });
    f.roundedSparse = fastestOf([&](const auto& k) { product(k.roundedSparse, sparse); });
    return f;
  }();
  return found;
}

}  // namespace

int64_t bytesOfEach(ValueType type) {
  return type == ValueType::F32 ? 4 : 2;
}

float valueAt(const void* values, ValueType type, int64_t index) {
  if (type == ValueType::F32) return static_cast<const float*>(values)[index];
  const uint16_t bits = static_cast<const uint16_t*>(values)[index];
  return type == ValueType::BF16 ? std::bit_cast<float>(uint32_t(bits) << 16) : fromHalf(bits);
}

float sumOfLanes(const float* lanes) {
  float sums[32];
  for (int i = 0; i < 32; ++i) sums[i] = lanes[i] + lanes[i + 32];
  for (int half = 16; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) sums[i] += sums[i + half];
  return sums[0];
}

uint16_t roundedToBfloat16(float number) {
  const auto bits = std::bit_cast<uint32_t>(number);
  return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

const std::vector<NamedKernels>& productKernels() {
  static const std::vector<NamedKernels> kernels = [] {
    constexpr auto F32 = ValueType::F32, BF16 = ValueType::BF16, F16 = ValueType::F16;
    auto out = avx512Kernels();
    for (const auto& kernels : avx2Kernels()) out.push_back(kernels);
    out.push_back(
        {"portable",
         {{{rowByRow<portableDense<F32>>}, {rowByRow<portableDense<BF16>>}, {rowByRow<portableDense<F16>>}}},
         {{{rowByRow<portable<F32>>}, {rowByRow<portable<BF16>>}, {rowByRow<portable<F16>>}}},
         {portableExpand<F32>, portableExpand<BF16>, portableExpand<F16>},
         {rowByRow<portableRounded>, InputForm::Bfloat16},
         {rowByRow<portableRounded>, InputForm::Bfloat16}});
    // Those without some take those of the next narrower ones.
    for (size_t i = out.size() - 1; i-- > 0;) {
      if (!out[i].roundedDense.run) out[i].roundedDense = out[i + 1].roundedDense;
      if (!out[i].roundedSparse.run) out[i].roundedSparse = out[i + 1].roundedSparse;
    }
    return out;
  }();
  return kernels;
}

ProductKernel denseKernel(ValueType type, Arithmetic arithmetic) {
  const auto* asked = g_asked.load();
  if (arithmetic == Arithmetic::Bfloat16) return (asked ? asked : fastest().roundedDense)->roundedDense;
  return (asked ? asked : fastest().dense[size_t(type)])->dense[size_t(type)];
}

ProductKernel sparseKernel(ValueType type, Arithmetic arithmetic) {
  const auto* asked = g_asked.load();
  if (arithmetic == Arithmetic::Bfloat16) return (asked ? asked : fastest().roundedSparse)->roundedSparse;
  return (asked ? asked : fastest().sparse[size_t(type)])->sparse[size_t(type)];
}

ExpandKernel expandKernel(ValueType type) {
  const auto* asked = g_asked.load();
  return (asked ? asked : fastest().expand[size_t(type)])->expand[size_t(type)];
}

std::string instructionsOf(const ProductKernel& kernel) {
  if (const auto* asked = g_asked.load()) return asked->name;
  // The least that have it.
  const auto& all = productKernels();
  for (auto k = all.rbegin(); k != all.rend(); ++k) {
    for (size_t t = 0; t < kValueTypes; ++t)
      if (k->dense[t].run == kernel.run || k->sparse[t].run == kernel.run) return k->name;
    if (k->roundedDense.run == kernel.run || k->roundedSparse.run == kernel.run) return k->name;
  }
  return {};
}

bool useInstructions(const std::string& name) {
  if (name.empty()) {
    g_asked = nullptr;
    return true;
  }
  for (const auto& k : productKernels())
    if (k.name == name) {
      g_asked = &k;
      return true;
    }
  return false;
}

void evict(const void* memory, int64_t bytes) {
#ifdef __x86_64__
  constexpr int64_t kLine = 64;
  for (int64_t at = 0; at < bytes; at += kLine) _mm_clflush(static_cast<const char*>(memory) + at);
  _mm_mfence();
#else
  (void)memory, (void)bytes;
#endif
}

}  // namespace espalier
