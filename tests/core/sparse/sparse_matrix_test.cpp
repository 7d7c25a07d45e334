// Products of sparse matrices: the same bits with every kind of instructions, and as the dense matrix.
#include "core/sparse/sparse_matrix.h"

#include <QtTest/QtTest>
#include <bit>
#include <cmath>
#include <cstring>
#include <random>

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
