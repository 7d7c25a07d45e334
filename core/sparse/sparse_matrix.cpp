#include "core/sparse/sparse_matrix.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/error.h"

namespace espalier {

namespace {

// A number is zero if it has no bit but the sign.
template <typename Bits>
int64_t nonZerosIn(const Bits* values, int64_t count) {
  int64_t out = 0;
  for (int64_t i = 0; i < count; ++i) out += Bits(values[i] << 1) != 0;
  return out;
}

// The mask and the values of a row.
template <typename Bits>
void compressRow(const Bits* values, int64_t columns, uint64_t* mask, Bits* to) {
  Bits word[64];
  for (int64_t c = 0; c < columns; c += 64, ++mask) {
    const int64_t size = std::min<int64_t>(64, columns - c);
    uint64_t bits = 0;
    int64_t next = 0;
    for (int64_t i = 0; i < size; ++i) {
      const bool isKept = Bits(values[c + i] << 1) != 0;
      word[next] = values[c + i];
      next += isKept;
      bits |= uint64_t(isKept) << i;
    }
    *mask = bits;
    std::memcpy(to, word, size_t(next) * sizeof(Bits));
    to += next;
  }
}

template <typename Bits>
void compress(const RowMatrix& dense, int64_t words, std::vector<uint64_t>& mask, std::vector<char>& values,
              std::vector<int64_t>& begins) {
  const auto* from = static_cast<const Bits*>(dense.values);
  forParts(dense.rows, dense.columns, [&](int64_t first, int64_t last) {
    for (int64_t r = first; r < last; ++r)
      begins[size_t(r + 1)] = nonZerosIn(from + r * dense.columns, dense.columns);
  });
  for (size_t r = 1; r < begins.size(); ++r) begins[r] += begins[r - 1];
  values.resize(size_t(begins.back()) * sizeof(Bits) + kReadBeyond);
  forParts(dense.rows, dense.columns, [&](int64_t first, int64_t last) {
    for (int64_t r = first; r < last; ++r)
      compressRow(from + r * dense.columns, dense.columns, mask.data() + r * words,
                  reinterpret_cast<Bits*>(values.data()) + begins[size_t(r)]);
  });
}

}  // namespace

SparseMatrix::SparseMatrix(const RowMatrix& dense)
    : m_type(dense.type),
      m_rows(dense.rows),
      m_columns(dense.columns),
      m_wordsInRow((dense.columns + 63) / 64) {
  m_mask.resize(size_t(m_rows * m_wordsInRow));
  m_begins.resize(size_t(m_rows + 1));
  if (bytesOfEach(m_type) == 4)
    compress<uint32_t>(dense, m_wordsInRow, m_mask, m_values, m_begins);
  else
    compress<uint16_t>(dense, m_wordsInRow, m_mask, m_values, m_begins);
}

int64_t SparseMatrix::bytes() const {
  return int64_t(m_mask.size() * 8 + m_values.size() + m_begins.size() * 8);
}

void SparseMatrix::evictFromCaches() const {
  evict(m_mask.data(), int64_t(m_mask.size() * 8));
  evict(m_values.data(), int64_t(m_values.size()));
}

MatrixRow SparseMatrix::row(int64_t r) const {
  return {&m_mask[size_t(r * m_wordsInRow)], m_values.data() + m_begins[size_t(r)] * bytesOfEach(m_type),
          m_wordsInRow * 64};
}

void SparseMatrix::expand(std::span<float> out) const {
  if (int64_t(out.size()) != m_rows * m_columns)
    throw Error(ErrorKind::Internal, "A sparse matrix was expanded into memory of another size.");
  const auto kernel = expandKernel(m_type);
  const bool isWhole = m_wordsInRow * 64 == m_columns;
  forParts(m_rows, m_columns, [&](int64_t first, int64_t last) {
    std::vector<float> padded(isWhole ? 0 : size_t(m_wordsInRow * 64));
    for (int64_t r = first; r < last; ++r) {
      float* to = out.data() + r * m_columns;
      kernel(row(r), isWhole ? to : padded.data());
      if (!isWhole) std::copy_n(padded.data(), m_columns, to);
    }
  });
}

std::vector<float> SparseMatrix::dense() const {
  std::vector<float> out(size_t(m_rows * m_columns));
  expand(out);
  return out;
}

void SparseMatrix::product(std::span<const float> in, int64_t count, std::span<float> out) const {
  if (int64_t(in.size()) != count * m_columns || int64_t(out.size()) != count * m_rows)
    throw Error(ErrorKind::Internal, "A sparse product was asked for with vectors of another size.");
  // Kernels read whole words.
  const int64_t stride = m_wordsInRow * 64;
  std::vector<float> padded;
  const float* from = in.data();
  if (stride != m_columns) {
    padded.resize(size_t(count * stride));
    for (int64_t i = 0; i < count; ++i)
      std::copy_n(in.data() + i * m_columns, m_columns, padded.data() + i * stride);
    from = padded.data();
  }
  const auto kernel = sparseKernel(m_type);
  forParts(m_rows, m_columns, [&](int64_t first, int64_t last) {
    for (int64_t r = first; r < last; ++r)
      for (int64_t i = 0; i < count; i += kVectorsAtOnce)
        kernel(row(r), from + i * stride, stride, std::min(kVectorsAtOnce, count - i),
               &out[size_t(i * m_rows + r)], m_rows);
  });
}

float productInOrder(std::span<const float> row, std::span<const float> in) {
  float lanes[64] = {};
  for (size_t c = 0; c < row.size(); ++c) lanes[c % 64] = std::fma(row[c], in[c], lanes[c % 64]);
  return sumOfLanes(lanes);
}

std::string sparseInstructions() {
  return instructionsOf(sparseKernel(ValueType::F32));
}

}  // namespace espalier
