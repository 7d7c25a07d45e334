#include "core/prune/triangular.h"

#include <algorithm>

#include "core/base/parallel.h"

namespace espalier {

namespace {

constexpr int64_t kTile = 128;

// Rows and columns of a matrix that belong to tiles first ... end - 1.
class Tiles {
 public:
  explicit Tiles(at::Tensor matrix)
      : m_matrix(std::move(matrix)), m_size(m_matrix.size(0)), m_count((m_size + kTile - 1) / kTile) {}

  int64_t count() const { return m_count; }
  at::Tensor at(int64_t row, int64_t column) const { return part(row, row + 1, column, column + 1); }
  at::Tensor part(int64_t firstRow, int64_t endRow, int64_t firstColumn, int64_t endColumn) const {
    const auto from = [&](int64_t tile) { return std::min(m_size, tile * kTile); };
    return m_matrix.narrow(0, from(firstRow), from(endRow) - from(firstRow))
        .narrow(1, from(firstColumn), from(endColumn) - from(firstColumn));
  }

 private:
  at::Tensor m_matrix;
  int64_t m_size, m_count;
};

}  // namespace

at::Tensor choleskyFactor(const at::Tensor& matrix) {
  auto lower = matrix.clone(at::MemoryFormat::Contiguous);
  const Tiles tiles(lower);
  const int64_t count = tiles.count();
  for (int64_t k = 0; k < count; ++k) {
    const auto diagonal = tiles.at(k, k);
    const auto [factor, info] = at::linalg_cholesky_ex(diagonal);
    if (info.item<int64_t>() != 0 || !at::isfinite(factor.diagonal()).all().item<bool>()) return {};
    diagonal.copy_(factor);
    const auto upper = factor.t();
    parallelFor(count - k - 1, [&](int64_t i) {
      const auto tile = tiles.at(k + 1 + i, k);
      tile.copy_(at::linalg_solve_triangular(upper, tile, true, false));
    });
    // The last rows have the most to do.
    parallelFor(count - k - 1, [&](int64_t i) {
      const int64_t row = count - 1 - i;
      auto rest = tiles.part(row, row + 1, k + 1, row + 1);
      rest.addmm_(tiles.at(row, k), tiles.part(k + 1, row + 1, k, k + 1).t(), 1, -1);
    });
  }
  return lower.tril_();
}

at::Tensor inverseOfLower(const at::Tensor& lower) {
  auto inverse = at::zeros_like(lower);
  const Tiles from(lower), to(inverse);
  for (int64_t i = 0; i < from.count(); ++i) {
    const auto diagonal = from.at(i, i);
    const auto own = at::linalg_solve_triangular(diagonal, at::eye(diagonal.size(0), lower.options()), false);
    to.at(i, i).copy_(own);
    // The first columns have the most to do.
    parallelFor(i, [&](int64_t j) {
      const auto sum = at::mm(from.part(i, i + 1, j, i), to.part(j, i, j, j + 1));
      to.at(i, j).copy_(at::mm(own, sum).neg_());
    });
  }
  return inverse;
}

at::Tensor inverseByFactor(const at::Tensor& lower) {
  const auto inverse = inverseOfLower(lower);
  auto out = at::empty_like(inverse);
  const Tiles from(inverse), to(out);
  // The inverse's tiles above its diagonal are zero. The first columns have the most to do.
  parallelFor(from.count(), [&](int64_t i) {
    for (int64_t j = 0; j <= i; ++j) {
      const auto product =
          at::mm(from.part(i, from.count(), i, i + 1).t(), from.part(i, from.count(), j, j + 1));
      to.at(i, j).copy_(product);
      if (j < i) to.at(j, i).copy_(product.t());
    }
  });
  return out;
}

}  // namespace espalier
