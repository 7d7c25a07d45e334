#pragma once

#include <functional>
#include <span>

#include "core/sparse/product_kernels.h"

namespace espalier {

// A dense matrix somewhere in memory, row by row, for products with one to a few vectors.
struct RowMatrix {
  const void* values = nullptr;
  ValueType type = ValueType::F32;
  int64_t rows = 0, columns = 0;

  // out[i, r] = sum over c of this[r, c] * in[i, c]. in: [count, columns], out: [count, rows], row-major. The
  // bits are those of SparseMatrix::product() of the same numbers, where in is finite. Rows of large matrices
  // are shared among parallelFor's workers.
  void product(std::span<const float> in, int64_t count, std::span<float> out,
               Arithmetic arithmetic = Arithmetic::Float32) const;
};

// Throws Error (Internal) where spans of `in` and `out` numbers do not suit a product of `count` vectors with
// such a matrix, or the arithmetic its type.
void checkProduct(size_t in, size_t out, int64_t count, int64_t rows, int64_t columns, ValueType type,
                  Arithmetic arithmetic);

// Runs body(first, last) over parts of `rows` rows of so many numbers each: on parallelFor's workers where
// that takes longer than waking them does.
void forParts(int64_t rows, int64_t inRow, const std::function<void(int64_t first, int64_t last)>& body);

}  // namespace espalier
