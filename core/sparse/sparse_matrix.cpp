#include "core/sparse/sparse_matrix.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/sparse/product_kernels.h"

namespace espalier {

namespace {

constexpr int64_t kRowsAtOnce = 64;
constexpr size_t kReadBeyond = 16;

std::atomic<ProductKernel> g_kernel = nullptr;

ProductKernel chosenKernel() {
  const auto kernel = g_kernel.load();
  return kernel ? kernel : fastestKernel().run;
}

}  // namespace

SparseMatrix::SparseMatrix(std::span<const float> dense, int64_t rows, int64_t columns)
    : m_rows(rows), m_columns(columns), m_wordsInRow((columns + 63) / 64) {
  if (int64_t(dense.size()) != rows * columns)
    throw Error(ErrorKind::Internal, "A sparse matrix was made of numbers that are not its own.");
  m_mask.resize(size_t(rows * m_wordsInRow));
  for (int64_t r = 0; r < rows; ++r) {
    m_begins.push_back(int64_t(m_values.size()));
    for (int64_t c = 0; c < columns; ++c)
      if (const float value = dense[size_t(r * columns + c)]; value != 0) {
        m_mask[size_t(r * m_wordsInRow + c / 64)] |= uint64_t(1) << (c % 64);
        m_values.push_back(value);
      }
  }
  m_values.resize(m_values.size() + kReadBeyond);
  m_values.shrink_to_fit();
}

int64_t SparseMatrix::bytes() const {
  return int64_t(m_mask.size() * 8 + m_values.size() * 4 + m_begins.size() * 8);
}

std::vector<float> SparseMatrix::dense() const {
  std::vector<float> out(size_t(m_rows * m_columns));
  size_t next = 0;
  for (int64_t r = 0; r < m_rows; ++r)
    for (int64_t w = 0; w < m_wordsInRow; ++w)
      for (uint64_t bits = m_mask[size_t(r * m_wordsInRow + w)]; bits != 0; bits &= bits - 1)
        out[size_t(r * m_columns + w * 64 + std::countr_zero(bits))] = m_values[next++];
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
  const auto kernel = chosenKernel();
  parallelFor((m_rows + kRowsAtOnce - 1) / kRowsAtOnce, [&](int64_t part) {
    const int64_t end = std::min(m_rows, (part + 1) * kRowsAtOnce);
    for (int64_t r = part * kRowsAtOnce; r < end; ++r) {
      const SparseRow row{&m_mask[size_t(r * m_wordsInRow)], &m_values[size_t(m_begins[size_t(r)])],
                          m_wordsInRow};
      for (int64_t i = 0; i < count; i += kVectorsAtOnce)
        kernel(row, from + i * stride, stride, std::min(kVectorsAtOnce, count - i),
               &out[size_t(i * m_rows + r)], m_rows);
    }
  });
}

float productInOrder(std::span<const float> row, std::span<const float> in) {
  float lanes[64] = {};
  for (size_t c = 0; c < row.size(); ++c) lanes[c % 64] = std::fma(row[c], in[c], lanes[c % 64]);
  return sumOfLanes(lanes);
}

std::string sparseInstructions() {
  const auto kernel = chosenKernel();
  for (const auto& k : productKernels())
    if (k.run == kernel) return k.name;
  return {};
}

bool useSparseInstructions(const std::string& name) {
  for (const auto& k : productKernels())
    if (k.name == name) {
      g_kernel = k.run;
      return true;
    }
  return false;
}

}  // namespace espalier
