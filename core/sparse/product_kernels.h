#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace espalier {

// How a matrix's numbers are held.
enum class ValueType { F32, BF16, F16 };
constexpr size_t kValueTypes = 3;
int64_t bytesOfEach(ValueType type);
float valueAt(const void* values, ValueType type, int64_t index);

// What products are made of.
enum class Arithmetic {
  Float32,   // of the same numbers in float32, whatever type they are held in
  Bfloat16,  // of a matrix in bfloat16 and vectors that are rounded to it; sums are in float32
};

// A row of a matrix. With a mask (a bit for each column, the lowest of a word first) it has the values that
// the mask names alone, and kReadBeyond bytes behind them may be read; without one it has all of them.
struct MatrixRow {
  const uint64_t* mask = nullptr;
  const void* values = nullptr;
  int64_t columns = 0;  // with a mask a multiple of 64
};
constexpr int64_t kReadBeyond = 64;

// How a kernel reads vectors: padded with zeros to whole words of 64 numbers (see KernelInput).
enum class InputForm {
  Columns,     // float32, as they are
  EvenAndOdd,  // float32; of each 32 columns first those of even numbers, then those of odd ones
  Bfloat16,    // rounded to it, halves to even
};

// The products of rows, all of as many columns, with `count` vectors (1 to kVectorsAtOnce), each of `columns`
// numbers and `stride` apart: of row r with the first vector into out[r], with the second into
// out[outStride + r], ... Where there are few vectors, several rows are read at a time: what is read of a
// vector serves them all, and no sum waits for another.
//
// Each is made in one order on every processor, for every count, with and without a mask, so all kernels give
// the same bits for the same numbers as long as the vectors are finite: a zero that is left out would have
// added nothing.
// * Float32: 64 sums of every 64th column with fused multiply-add, added up as a tree.
// * Bfloat16: 32 sums, each of a pair of neighbouring columns of every 64: first the odd one's product is
//   added, then the even one's, each rounded to float32 with what it is added to. Numbers below 2^-126 count
//   as zero. That is what the instruction VDPBF16PS does. Added up as a tree.
constexpr int64_t kVectorsAtOnce = 4;
using Product = void (*)(std::span<const MatrixRow> rows, const void* in, int64_t stride, int64_t count,
                         float* out, int64_t outStride);
struct ProductKernel {
  Product run = nullptr;
  InputForm form = InputForm::Columns;
};
// Writes all of a row that has a mask, in float32.
using ExpandKernel = void (*)(const MatrixRow& row, float* out);

// What one kind of instructions offers.
struct NamedKernels {
  std::string name;
  std::array<ProductKernel, kValueTypes> dense, sparse;
  std::array<ExpandKernel, kValueTypes> expand;
  ProductKernel roundedDense, roundedSparse;  // Arithmetic::Bfloat16
};
// Those this processor can run, the widest first; the last is "portable".
const std::vector<NamedKernels>& productKernels();

// What products are made with: for each of them the instructions that were the fastest when this was first
// asked for, on rows that take microseconds. Wider ones are not faster on every processor. All give the same
// bits, so nothing depends on which it is. Arithmetic::Bfloat16 is for ValueType::BF16 alone.
ProductKernel denseKernel(ValueType type, Arithmetic arithmetic = Arithmetic::Float32);
ProductKernel sparseKernel(ValueType type, Arithmetic arithmetic = Arithmetic::Float32);
ExpandKernel expandKernel(ValueType type);
// Their name: "AVX-512 VBMI2", "AVX-512", "AVX2" or "portable".
std::string instructionsOf(const ProductKernel& kernel);
// Takes those of one name for all, for tests and measurements; empty: the fastest again. False where this
// processor lacks them.
bool useInstructions(const std::string& name);

// The sum of 64 numbers, in the one order that all kernels keep to.
float sumOfLanes(const float* lanes);
// Rounded to bfloat16, halves to even; a finite number.
uint16_t roundedToBfloat16(float number);

// Takes memory out of the processor's caches, where it has an instruction for that: what a measurement reads
// next comes from where a large model's weights lie.
void evict(const void* memory, int64_t bytes);

}  // namespace espalier
