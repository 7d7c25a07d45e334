#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "core/sparse/product_kernels.h"

namespace espalier {

// Vectors in the form in which a kernel reads them.
class KernelInput {
 public:
  // in: [count, columns], row-major; where nothing has to be changed it is not copied, and must outlive this.
  KernelInput(std::span<const float> in, int64_t count, int64_t columns, InputForm form);

  const void* at(int64_t i) const { return static_cast<const char*>(m_from) + i * m_stride * m_size; }
  int64_t stride() const { return m_stride; }  // in numbers

 private:
  std::vector<float> m_numbers;
  std::vector<uint16_t> m_rounded;
  const void* m_from = nullptr;
  int64_t m_stride = 0, m_size = sizeof(float);
};

// Of rows first ... last - 1 of a matrix that has so many in all: out[i, r], row-major. row: the r-th.
template <typename Row>
void productOfRows(const ProductKernel& kernel, const KernelInput& input, int64_t count, int64_t first,
                   int64_t last, const Row& row, std::span<float> out, int64_t rowsOfMatrix) {
  constexpr int64_t kRowsAtOnce = 16;
  std::array<MatrixRow, kRowsAtOnce> rows;
  for (int64_t begin = first; begin < last; begin += kRowsAtOnce) {
    const int64_t some = std::min(kRowsAtOnce, last - begin);
    for (int64_t r = 0; r < some; ++r) rows[size_t(r)] = row(begin + r);
    for (int64_t i = 0; i < count; i += kVectorsAtOnce)
      kernel.run(std::span(rows).first(size_t(some)), input.at(i), input.stride(),
                 std::min(kVectorsAtOnce, count - i), &out[size_t(i * rowsOfMatrix + begin)], rowsOfMatrix);
  }
}

}  // namespace espalier
