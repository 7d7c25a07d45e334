// Products of sparse matrices: the same bits with every kind of instructions, and as the dense matrix.
#include "core/sparse/sparse_matrix.h"

#include <QtTest/QtTest>
#include <bit>
#include <cmath>
#include <cstring>
#include <random>

#include "core/base/error.h"
#include "core/sparse/product_kernels.h"

using namespace espalier;

namespace {

std::vector<float> numbers(int64_t count, double zeros, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal;
  std::uniform_real_distribution<double> uniform;
  std::vector<float> out;
  for (int64_t i = 0; i < count; ++i) out.push_back(uniform(random) < zeros ? 0.0f : normal(random));
  return out;
}

// Rounded to it; what is small in float16 loses digits, as it does there.
std::vector<char> inType(const std::vector<float>& values, ValueType type) {
  std::vector<char> out(values.size() * size_t(bytesOfEach(type)));
  for (size_t i = 0; i < values.size(); ++i) {
    if (type == ValueType::F32) {
      std::memcpy(&out[i * 4], &values[i], 4);
      continue;
    }
    const auto bits = std::bit_cast<uint32_t>(values[i]);
    uint16_t half = uint16_t(bits >> 16);
    // One in sixteen is below the range of normal float16 numbers.
    if (type == ValueType::F16 && values[i] != 0)
      half = uint16_t((bits >> 16 & 0x8000) | ((i % 16 == 0 ? 0 : 8 + bits % 9) << 10) |
                      (1 + (bits >> 3) % 1022));
    std::memcpy(&out[i * 2], &half, 2);
  }
  return out;
}

bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * 4) == 0;
}

}  // namespace

class SparseMatrixTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void cleanup() { useInstructions({}); }

  // With nothing asked for, it is one of those that can run here, and stays the same.
  void oneKernelIsChosen() {
    const auto chosen = sparseInstructions();
    QVERIFY(useInstructions(chosen));
    QCOMPARE(sparseInstructions(), chosen);
    QCOMPARE(productKernels().back().name, std::string("portable"));
  }

  void productsHaveTheBitsOfTheDenseOne_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<double>("zeros");
    QTest::addColumn<int>("type");
    for (const int type : {0, 1, 2})
      for (const double zeros : {0.0, 0.5, 0.7, 0.95, 1.0})
        for (const auto& [rows, columns] :
             {std::pair(1, 1), {3, 63}, {5, 64}, {130, 65}, {7, 1000}, {200, 256}})
          QTest::addRow("%d x %d, %g, type %d", rows, columns, zeros, type)
              << rows << columns << zeros << type;
  }
  void productsHaveTheBitsOfTheDenseOne() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(double, zeros);
    QFETCH(int, type);
    const auto stored = inType(numbers(int64_t(rows) * columns, zeros, 1), ValueType(type));
    const RowMatrix matrix{stored.data(), ValueType(type), rows, columns};
    const SparseMatrix sparse(matrix);
    std::vector<float> dense;
    for (int64_t i = 0; i < int64_t(rows) * columns; ++i)
      dense.push_back(valueAt(stored.data(), ValueType(type), i));
    for (const auto& kernel : productKernels()) {
      QVERIFY(useInstructions(kernel.name));
      QCOMPARE(sparseInstructions(), kernel.name);
      QVERIFY2(sameBits(sparse.dense(), dense), qPrintable(QString::fromStdString(kernel.name)));
      for (const int count : {1, 2, 3, 4, 7}) {
        const auto in = numbers(int64_t(count) * columns, 0, 2);
        std::vector<float> out(size_t(count * rows)), expected;
        sparse.product(in, count, out);
        std::vector<float> ofDense(out.size());
        matrix.product(in, count, ofDense);
        QVERIFY2(sameBits(out, ofDense), qPrintable(QString::fromStdString(kernel.name)));
        for (int i = 0; i < count; ++i)
          for (int r = 0; r < rows; ++r) {
            const std::span row(dense.data() + size_t(r) * size_t(columns), size_t(columns));
            const std::span x(in.data() + size_t(i) * size_t(columns), size_t(columns));
            expected.push_back(productInOrder(row, x));
            double sum = 0, size = 0;
            for (int c = 0; c < columns; ++c)
              sum += double(row[size_t(c)]) * x[size_t(c)],
                  size += std::abs(double(row[size_t(c)]) * x[size_t(c)]);
            QVERIFY(std::abs(sum - double(expected.back())) <= 1e-5 * size);
          }
        QVERIFY2(sameBits(out, expected), qPrintable(QString::fromStdString(kernel.name)));
      }
    }
  }

  // Rounded to bfloat16: the order that product_kernels.h tells, written down once more, on all kernels.
  void roundedProductsAreThoseOfTheInstruction() {
    const auto bfloat = [](uint16_t bits) {
      const auto x = std::bit_cast<float>(uint32_t(bits) << 16);
      return std::abs(x) < 0x1p-126f ? 0.0f : x;
    };
    for (const double zeros : {0.0, 0.6, 1.0})
      for (const auto& [rows, columns] : {std::pair(1, 1), {3, 63}, {5, 64}, {66, 130}, {7, 1000}}) {
        auto stored = inType(numbers(int64_t(rows) * columns, zeros, 3), ValueType::BF16);
        stored[1] = 0, stored[0] = 0x7f;  // below 2^-126: counts as zero
        const RowMatrix matrix{stored.data(), ValueType::BF16, rows, columns};
        const SparseMatrix sparse(matrix);
        const auto* weights = reinterpret_cast<const uint16_t*>(stored.data());
        for (const int count : {1, 2, 3, 4, 7}) {
          const auto in = numbers(int64_t(count) * columns, 0, 4);
          std::vector<float> expected;
          for (int i = 0; i < count; ++i)
            for (int r = 0; r < rows; ++r) {
              float sums[64] = {};
              for (int pair = 0; 2 * pair < columns; ++pair)
                for (const int c : {2 * pair + 1, 2 * pair})
                  if (c < columns)
                    sums[pair % 32] =
                        std::fma(bfloat(weights[r * columns + c]),
                                 bfloat(roundedToBfloat16(in[size_t(i * columns + c)])), sums[pair % 32]);
              expected.push_back(sumOfLanes(sums));
            }
          for (const auto& kernel : productKernels()) {
            QVERIFY(useInstructions(kernel.name));
            std::vector<float> out(expected.size());
            matrix.product(in, count, out, Arithmetic::Bfloat16);
            QVERIFY2(sameBits(out, expected), kernel.name.c_str());
            sparse.product(in, count, out, Arithmetic::Bfloat16);
            QVERIFY2(sameBits(out, expected), kernel.name.c_str());
          }
        }
      }
    QCOMPARE(roundedToBfloat16(1.00390625f), uint16_t(0x3f80));  // halfway: to the even one
    QCOMPARE(roundedToBfloat16(1.01171875f), uint16_t(0x3f82));
    const std::vector<float> one{1};
    std::vector<float> out(1);
    const RowMatrix float32{one.data(), ValueType::F32, 1, 1};
    QVERIFY_EXCEPTION_THROWN(float32.product(one, 1, out, Arithmetic::Bfloat16), Error);
  }

  // Rows whose zeros stand in the same columns share a mask, and products stay the same.
  void blocksTakeABitEach() {
    for (const auto type : {ValueType::F32, ValueType::BF16, ValueType::F16})
      for (const int block : {4, 16})
        for (const auto& [rows, columns] : {std::pair(64, 256), {70, 200}, {16, 65}}) {
          auto values = numbers(int64_t(rows) * columns, 0, 5);
          const auto kept = numbers(int64_t(rows) * columns, 0.6, 6);
          for (int r = 0; r < rows; ++r)
            for (int c = 0; c < columns; ++c)
              if (kept[size_t(r / block * columns + c)] == 0) values[size_t(r * columns + c)] = 0;
          values[size_t(columns)] = 0;  // one of a block that stays
          const auto stored = inType(values, type);
          const RowMatrix matrix{stored.data(), type, rows, columns};
          const SparseMatrix sparse(matrix);
          QCOMPARE(sparse.rowsOfMask(), int64_t(block));
          std::vector<float> dense;
          for (int64_t i = 0; i < int64_t(rows) * columns; ++i)
            dense.push_back(valueAt(stored.data(), type, i));
          for (const auto& kernel : productKernels()) {
            QVERIFY(useInstructions(kernel.name));
            QVERIFY2(sparse.dense() == dense, kernel.name.c_str());
            for (const int count : {1, 3}) {
              const auto in = numbers(int64_t(count) * columns, 0, 7);
              std::vector<float> out(size_t(count * rows)), expected(out.size());
              sparse.product(in, count, out);
              matrix.product(in, count, expected);
              QVERIFY2(sameBits(out, expected), kernel.name.c_str());
            }
          }
        }
  }

  void takesLessMemory() {
    const auto values = numbers(512 * 512, 0.6, 1);
    const SparseMatrix sparse(RowMatrix{values.data(), ValueType::F32, 512, 512});
    QVERIFY(double(sparse.bytes()) < 0.45 * 512 * 512 * 4);
    const auto half = inType(values, ValueType::BF16);
    const SparseMatrix halves(RowMatrix{half.data(), ValueType::BF16, 512, 512});
    QVERIFY(double(halves.bytes()) < 0.25 * 512 * 512 * 4);
  }

  void unknownInstructionsAreRefused() { QVERIFY(!useInstructions("none")); }
};

QTEST_APPLESS_MAIN(SparseMatrixTest)
#include "sparse_matrix_test.moc"
