#include "core/sparse/row_matrix.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/parallel.h"

namespace espalier {

void forParts(int64_t rows, int64_t inRow, const std::function<void(int64_t, int64_t)>& body) {
  constexpr int64_t kRowsInPart = 64, kSmall = int64_t(1) << 20;
  if (rows * inRow <= kSmall) return body(0, rows);
  parallelFor((rows + kRowsInPart - 1) / kRowsInPart,
              [&](int64_t part) { body(part * kRowsInPart, std::min(rows, (part + 1) * kRowsInPart)); });
}

void RowMatrix::product(std::span<const float> in, int64_t count, std::span<float> out) const {
  if (int64_t(in.size()) != count * columns || int64_t(out.size()) != count * rows)
    throw Error(ErrorKind::Internal, "A product of few rows was asked for with vectors of another size.");
  const auto kernel = denseKernel(type);
  const auto inRow = columns * bytesOfEach(type);
  forParts(rows, columns, [&](int64_t first, int64_t last) {
    for (int64_t r = first; r < last; ++r) {
      const MatrixRow row{nullptr, static_cast<const char*>(values) + r * inRow, columns};
      for (int64_t i = 0; i < count; i += kVectorsAtOnce)
        kernel(row, in.data() + i * columns, columns, std::min(kVectorsAtOnce, count - i),
               &out[size_t(i * rows + r)], rows);
    }
  });
}

}  // namespace espalier
