#include "core/sparse/sparse_matrix.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "core/sparse/kernel_input.h"

namespace espalier {

namespace {

constexpr std::array kRowsOfMask{16, 8, 4, 2};

// The columns of a row that are not zero. A number is zero if it has no bit but the sign.
template <typename Bits>
void markNonZeros(const Bits* values, int64_t columns, uint64_t* mask) {
  for (int64_t c = 0; c < columns; c += 64, ++mask) {
    const int64_t size = std::min<int64_t>(64, columns - c);
    uint64_t bits = 0;
    for (int64_t i = 0; i < size; ++i) bits |= uint64_t(Bits(values[c + i] << 1) != 0) << i;
    *mask = bits;
  }
}

// The values of a row that a mask names.
template <typename Bits>
void takeValues(const Bits* values, int64_t columns, const uint64_t* mask, Bits* to) {
  Bits word[64];
  for (int64_t c = 0; c < columns; c += 64, ++mask) {
    const int64_t size = std::min<int64_t>(64, columns - c);
    int64_t next = 0;
    for (int64_t i = 0; i < size; ++i) {
      word[next] = values[c + i];
      next += int64_t(*mask >> i & 1);
    }
    std::memcpy(to, word, size_t(next) * sizeof(Bits));
    to += next;
  }
}

// The masks of every `rowsOfMask` rows together: a column that is in one of them.
std::vector<uint64_t> joined(const std::vector<uint64_t>& masks, int64_t rows, int64_t words,
                             int64_t rowsOfMask) {
  std::vector<uint64_t> out(size_t((rows + rowsOfMask - 1) / rowsOfMask * words));
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t w = 0; w < words; ++w)
      out[size_t(r / rowsOfMask * words + w)] |= masks[size_t(r * words + w)];
  return out;
}

// Where the values of each mask's rows begin, in numbers; behind them where all end.
std::vector<int64_t> beginsOf(const std::vector<uint64_t>& masks, int64_t rows, int64_t words,
                              int64_t rowsOfMask) {
  std::vector<int64_t> out{0};
  for (int64_t first = 0; first < rows; first += rowsOfMask) {
    int64_t inRow = 0;
    for (int64_t w = 0; w < words; ++w) inRow += std::popcount(masks[size_t(first / rowsOfMask * words + w)]);
    out.push_back(out.back() + inRow * std::min(rowsOfMask, rows - first));
  }
  return out;
}

}  // namespace

SparseMatrix::SparseMatrix(const RowMatrix& dense)
    : m_type(dense.type),
      m_rows(dense.rows),
      m_columns(dense.columns),
      m_wordsInRow((dense.columns + 63) / 64) {
  const auto fill = [&]<typename Bits>(Bits) {
    const auto* from = static_cast<const Bits*>(dense.values);
    m_mask.resize(size_t(m_rows * m_wordsInRow));
    forParts(m_rows, m_columns, [&](int64_t first, int64_t last) {
      for (int64_t r = first; r < last; ++r)
        markNonZeros(from + r * m_columns, m_columns, &m_mask[size_t(r * m_wordsInRow)]);
    });
    m_begins = beginsOf(m_mask, m_rows, m_wordsInRow, 1);
    shareMasks();
    m_values.resize(size_t(m_begins.back()) * sizeof(Bits) + kReadBeyond);
    forParts(m_rows, m_columns, [&](int64_t first, int64_t last) {
      for (int64_t r = first; r < last; ++r)
        takeValues(from + r * m_columns, m_columns, row(r).mask,
                   reinterpret_cast<Bits*>(m_values.data()) + beginOf(r));
    });
  };
  if (bytesOfEach(m_type) == 4)
    fill(uint32_t());
  else
    fill(uint16_t());
}

// From a mask for each row to what takes the fewest bytes.
void SparseMatrix::shareMasks() {
  const auto bytesOf = [&](const std::vector<uint64_t>& masks, const std::vector<int64_t>& begins) {
    return int64_t(masks.size() + begins.size()) * 8 + begins.back() * bytesOfEach(m_type);
  };
  int64_t least = bytesOf(m_mask, m_begins);
  const auto ofRows = m_mask;
  for (const int64_t together : kRowsOfMask) {
    auto masks = joined(ofRows, m_rows, m_wordsInRow, together);
    auto begins = beginsOf(masks, m_rows, m_wordsInRow, together);
    if (bytesOf(masks, begins) >= least) continue;
    least = bytesOf(masks, begins);
    m_mask = std::move(masks), m_begins = std::move(begins), m_rowsOfMask = together;
  }
}

int64_t SparseMatrix::bytes() const {
  return int64_t(m_mask.size() * 8 + m_values.size() + m_begins.size() * 8);
}

void SparseMatrix::evictFromCaches() const {
  evict(m_mask.data(), int64_t(m_mask.size() * 8));
  evict(m_values.data(), int64_t(m_values.size()));
}

int64_t SparseMatrix::beginOf(int64_t r) const {
  const int64_t mask = r / m_rowsOfMask, first = mask * m_rowsOfMask, begin = m_begins[size_t(mask)];
  return begin +
         (r - first) * ((m_begins[size_t(mask + 1)] - begin) / std::min(m_rowsOfMask, m_rows - first));
}

MatrixRow SparseMatrix::row(int64_t r) const {
  return {&m_mask[size_t(r / m_rowsOfMask * m_wordsInRow)],
          m_values.data() + beginOf(r) * bytesOfEach(m_type), m_wordsInRow * 64};
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

void SparseMatrix::product(std::span<const float> in, int64_t count, std::span<float> out,
                           Arithmetic arithmetic) const {
  checkProduct(in.size(), out.size(), count, m_rows, m_columns, m_type, arithmetic);
  const auto kernel = sparseKernel(m_type, arithmetic);
  const KernelInput input(in, count, m_columns, kernel.form);
  forParts(m_rows, m_columns, [&](int64_t first, int64_t last) {
    productOfRows(
        kernel, input, count, first, last, [&](int64_t r) { return row(r); }, out, m_rows);
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
