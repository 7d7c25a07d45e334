#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace espalier {

// A float32 matrix whose zeros take a bit each: a mask, and the values that are not zero, row by row. It is
// for products with one to a few vectors, which take the time in which a matrix can be read: the fewer bytes,
// the faster. Immutable.
class SparseMatrix {
 public:
  // dense: [rows, columns], row-major.
  SparseMatrix(std::span<const float> dense, int64_t rows, int64_t columns);

  int64_t rows() const { return m_rows; }
  int64_t columns() const { return m_columns; }
  int64_t bytes() const;  // of mask, values and where the rows begin

  std::vector<float> dense() const;

  // out[i, r] = sum over c of this[r, c] * in[i, c]. in: [count, columns], out: [count, rows], row-major.
  // Rows are shared among parallelFor's workers.
  //
  // Each sum is made in one order on every processor and for every count: 64 sums of every 64th column with
  // fused multiply-add, added up as a tree (productInOrder() is that order for a dense matrix). Where in is
  // finite, the zeros change nothing, and the result has the same bits as the dense one's in that order.
  void product(std::span<const float> in, int64_t count, std::span<float> out) const;

 private:
  int64_t m_rows = 0, m_columns = 0, m_wordsInRow = 0;
  std::vector<uint64_t> m_mask;   // [rows, m_wordsInRow]
  std::vector<float> m_values;    // 16 more than there are, which kernels may read
  std::vector<int64_t> m_begins;  // of each row in the values
};

// The product of a row of a dense matrix with a vector, in the order of SparseMatrix::product().
float productInOrder(std::span<const float> row, std::span<const float> in);

// The instructions products are made with, the fastest when the first is made: "AVX-512", "AVX2" or
// "portable".
std::string sparseInstructions();
// Others than would be chosen, for tests and measurements. False where this processor lacks them.
bool useSparseInstructions(const std::string& name);

}  // namespace espalier
