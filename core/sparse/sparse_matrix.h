#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/sparse/row_matrix.h"

namespace espalier {

// A matrix whose zeros take a bit each: a mask, and the values that are not zero, row by row, in the type
// they were given in. It is for products with one to a few vectors, which take the time in which a matrix can
// be read: the fewer bytes, the faster. Immutable.
class SparseMatrix {
 public:
  explicit SparseMatrix(const RowMatrix& dense);

  int64_t rows() const { return m_rows; }
  int64_t columns() const { return m_columns; }
  int64_t bytes() const;  // of mask, values and where the rows begin

  void evictFromCaches() const;  // as evict() does

  // All of it in float32, [rows, columns].
  void expand(std::span<float> out) const;
  std::vector<float> dense() const;

  // out[i, r] = sum over c of this[r, c] * in[i, c]. in: [count, columns], out: [count, rows], row-major.
  // Rows are shared among parallelFor's workers.
  //
  // Each sum is made in the order that product_kernels.h tells. Where in is finite, the zeros change nothing,
  // and the result has the same bits as the dense one's in that order (productInOrder()).
  void product(std::span<const float> in, int64_t count, std::span<float> out) const;

 private:
  MatrixRow row(int64_t r) const;

  ValueType m_type;
  int64_t m_rows = 0, m_columns = 0, m_wordsInRow = 0;
  std::vector<uint64_t> m_mask;   // [rows, m_wordsInRow]
  std::vector<char> m_values;     // kReadBeyond more than there are
  std::vector<int64_t> m_begins;  // of each row in the values, in numbers
};

// The product of a row of a dense matrix with a vector, in the order of SparseMatrix::product().
float productInOrder(std::span<const float> row, std::span<const float> in);

// The instructions products of float32 matrices are made with: see product_kernels.h.
std::string sparseInstructions();

}  // namespace espalier
