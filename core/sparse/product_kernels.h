#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace espalier {

// How a matrix's numbers are held. Whatever it is, products are those of the same numbers in float32.
enum class ValueType { F32, BF16, F16 };
constexpr size_t kValueTypes = 3;
int64_t bytesOfEach(ValueType type);
float valueAt(const void* values, ValueType type, int64_t index);

// A row of a matrix. With a mask (a bit for each column, the lowest of a word first) it has the values that
// are not zero alone, and kReadBeyond bytes behind them may be read; without one it has all of them.
struct MatrixRow {
  const uint64_t* mask = nullptr;
  const void* values = nullptr;
  int64_t columns = 0;  // with a mask a multiple of 64
};
constexpr int64_t kReadBeyond = 64;

// The products of a row with `count` vectors (1 to kVectorsAtOnce), each of `columns` numbers and `stride`
// apart, into out[0], out[outStride], ...
//
// Each is made in one order on every processor, for every count, with and without a mask: 64 sums of every
// 64th column with fused multiply-add, added up as a tree. So all kernels give the same bits for the same
// numbers, as long as the vectors are finite: a zero that is left out would have added nothing.
constexpr int64_t kVectorsAtOnce = 4;
using ProductKernel = void (*)(const MatrixRow& row, const float* in, int64_t stride, int64_t count,
                               float* out, int64_t outStride);
// Writes all of a row that has a mask, in float32.
using ExpandKernel = void (*)(const MatrixRow& row, float* out);

// What one kind of instructions offers.
struct NamedKernels {
  std::string name;
  std::array<ProductKernel, kValueTypes> dense, sparse;
  std::array<ExpandKernel, kValueTypes> expand;
};
// Those this processor can run, the widest first; the last is "portable".
const std::vector<NamedKernels>& productKernels();

// What products are made with: for each of them the instructions that were the fastest when this was first
// asked for, on rows that take microseconds. Wider ones are not faster on every processor. All give the same
// bits, so nothing depends on which it is.
ProductKernel denseKernel(ValueType type);
ProductKernel sparseKernel(ValueType type);
ExpandKernel expandKernel(ValueType type);
// Their name: "AVX-512 VBMI2", "AVX-512", "AVX2" or "portable".
std::string instructionsOf(ProductKernel kernel);
// Takes those of one name for all, for tests and measurements; empty: the fastest again. False where this
// processor lacks them.
bool useInstructions(const std::string& name);

// The sum of 64 numbers, in the one order that all kernels keep to.
float sumOfLanes(const float* lanes);

// Takes memory out of the processor's caches, where it has an instruction for that: what a measurement reads
// next comes from where a large model's weights lie.
void evict(const void* memory, int64_t bytes);

}  // namespace espalier
