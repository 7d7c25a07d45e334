#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace espalier {

// A row of a SparseMatrix: `words` words of its mask, and its values, of which 16 more may be read.
struct SparseRow {
  const uint64_t* mask = nullptr;
  const float* values = nullptr;
  int64_t words = 0;
};

// The products of a row with `count` vectors (1 to kVectorsAtOnce), each of words * 64 numbers and `stride`
// apart, into out[0], out[outStride], ...
constexpr int64_t kVectorsAtOnce = 4;
using ProductKernel = void (*)(const SparseRow& row, const float* in, int64_t stride, int64_t count,
                               float* out, int64_t outStride);

// Those this processor can run, the widest first.
struct NamedKernel {
  std::string name;
  ProductKernel run;
};
const std::vector<NamedKernel>& productKernels();

// The one that was the fastest when this was first asked for, on a row that takes microseconds: wider
// instructions are not faster on every processor. All give the same bits, so nothing depends on which it is.
const NamedKernel& fastestKernel();

// The sum of 64 numbers, in the one order that all kernels keep to.
float sumOfLanes(const float* lanes);

}  // namespace espalier
