#include "core/sparse/row_matrix.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/sparse/kernel_input.h"

namespace espalier {

void forParts(int64_t rows, int64_t inRow, const std::function<void(int64_t, int64_t)>& body) {
  constexpr int64_t kRowsInPart = 64, kSmall = int64_t(1) << 20;
  if (rows * inRow <= kSmall) return body(0, rows);
  parallelFor((rows + kRowsInPart - 1) / kRowsInPart,
              [&](int64_t part) { body(part * kRowsInPart, std::min(rows, (part + 1) * kRowsInPart)); });
}

void checkProduct(size_t in, size_t out, int64_t count, int64_t rows, int64_t columns, ValueType type,
                  Arithmetic arithmetic) {
  if (int64_t(in) != count * columns || int64_t(out) != count * rows)
    throw Error(ErrorKind::Internal, "A product of few rows was asked for with vectors of another size.");
  if (arithmetic == Arithmetic::Bfloat16 && type != ValueType::BF16)
    throw Error(ErrorKind::Internal, "A product in bfloat16 was asked for with a matrix of another type.");
}

void RowMatrix::product(std::span<const float> in, int64_t count, std::span<float> out,
                        Arithmetic arithmetic) const {
  checkProduct(in.size(), out.size(), count, rows, columns, type, arithmetic);
  const auto kernel = denseKernel(type, arithmetic);
  const KernelInput input(in, count, columns, kernel.form);
  const auto inRow = columns * bytesOfEach(type);
  forParts(rows, columns, [&](int64_t first, int64_t last) {
    productOfRows(
        kernel, input, count, first, last,
        [&](int64_t r) {
          return MatrixRow{nullptr, static_cast<const char*>(values) + r * inRow, columns};
        },
        out, rows);
  });
}

}  // namespace espalier
