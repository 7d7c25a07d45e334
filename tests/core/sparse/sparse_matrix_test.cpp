// Products of sparse matrices: the same bits with every kind of instructions, and as the dense matrix.
#include "core/sparse/sparse_matrix.h"

#include <QtTest/QtTest>
#include <cmath>
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

bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * 4) == 0;
}

}  // namespace

class SparseMatrixTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void cleanup() { useSparseInstructions(fastestKernel().name); }

  // With nothing asked for, it is one of those that can run here, and stays the same.
  void oneKernelIsChosen() {
    const auto chosen = sparseInstructions();
    QCOMPARE(chosen, fastestKernel().name);
    QVERIFY(useSparseInstructions(chosen));
    QCOMPARE(productKernels().back().name, std::string("portable"));
  }

  void productsHaveTheBitsOfTheDenseOne_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<double>("zeros");
    for (const double zeros : {0.0, 0.5, 0.7, 0.95, 1.0})
      for (const auto& [rows, columns] :
           {std::pair(1, 1), {3, 63}, {5, 64}, {130, 65}, {7, 1000}, {200, 256}})
        QTest::addRow("%d x %d, %g", rows, columns, zeros) << rows << columns << zeros;
  }
  void productsHaveTheBitsOfTheDenseOne() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(double, zeros);
    const auto dense = numbers(int64_t(rows) * columns, zeros, 1);
    const SparseMatrix sparse(dense, rows, columns);
    QVERIFY(sameBits(sparse.dense(), dense));
    for (const auto& kernel : productKernels()) {
      QVERIFY(useSparseInstructions(kernel.name));
      QCOMPARE(sparseInstructions(), kernel.name);
      for (const int count : {1, 2, 3, 4, 7}) {
        const auto in = numbers(int64_t(count) * columns, 0, 2);
        std::vector<float> out(size_t(count * rows)), expected;
        sparse.product(in, count, out);
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
    const SparseMatrix sparse(numbers(512 * 512, 0.6, 1), 512, 512);
    QVERIFY(double(sparse.bytes()) < 0.45 * 512 * 512 * 4);
  }

  void unknownInstructionsAreRefused() { QVERIFY(!useSparseInstructions("none")); }
};

QTEST_APPLESS_MAIN(SparseMatrixTest)
#include "sparse_matrix_test.moc"
