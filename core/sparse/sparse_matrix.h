#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/sparse/row_matrix.h"

namespace espalier {

// A matrix whose zeros take a bit each: a mask, and the values that are not zero, row by row, in the type
// they were given in. Where rows that follow one another have their zeros in the same columns, as block
// patterns make them (4x1, 16x1), a mask serves them all, a bit for each block. It is for products with one
// to a few vectors, which take the time in which a matrix can be read: the fewer bytes, the faster.
// Immutable.
class SparseMatrix {
 public:
  explicit SparseMatrix(const RowMatrix& dense);

  int64_t rows() const { return m_rows; }
  int64_t columns() const { return m_columns; }
  // How many rows share a mask: 1, 2, 4, 8 or 16, what takes the fewest bytes.
  int64_t rowsOfMask() const { return m_rowsOfMask; }
  int64_t bytes() const;  // of masks, values and where the rows begin

  void evictFromCaches() const;  // as evict() does

  // All of it in float32, [rows, columns].
  void expand(std::span<float> out) const;
  std::vector<float> dense() const;

  // out[i, r] = sum over c of this[r, c] * in[i, c]. in: [count, columns], out: [count, rows], row-major.
  // Rows are shared among parallelFor's workers.
  //
  // Each sum is made in the order that product_kernels.h tells. Where in is finite, the zeros change nothing,
  // and the result has the same bits as the dense one's in that order (productInOrder()).
  void product(std::span<const float> in, int64_t count, std::span<float> out,
               Arithmetic arithmetic = Arithmetic::Float32) const;

 private:
  void shareMasks();
  int64_t beginOf(int64_t r) const;  // of a row in the values, in numbers
  MatrixRow row(int64_t r) const;

  ValueType m_type;
  int64_t m_rows = 0, m_columns = 0, m_wordsInRow = 0, m_rowsOfMask = 1;
  std::vector<uint64_t> m_mask;   // [masks, m_wordsInRow]
  std::vector<char> m_values;     // kReadBeyond more than there are
  std::vector<int64_t> m_begins;  // of the rows of each mask in the values, in numbers
};

// The product of a row of a dense matrix with a vector, in the order of SparseMatrix::product().
float productInOrder(std::span<const float> row, std::span<const float> in);

// The instructions products of float32 matrices are made with: see product_kernels.h.
std::string sparseInstructions();

}  // namespace espalier
