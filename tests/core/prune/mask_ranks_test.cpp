// Live pruning gives the weights that the criterion itself would.
#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/base/random.h"
#include "core/prune/mask_ranks.h"
#include "core/prune/select.h"

using namespace espalier;

namespace {

at::Tensor normal(int64_t rows, int64_t columns, uint64_t seed) {
  auto t = at::empty({rows, columns}, at::kFloat);
  CounterRandom(seed, 0).fillNormal(t.data_ptr<float>(), t.numel());
  return t;
}

}  // namespace

class MaskRanksTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void equalsTheMask_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<bool>("matrix");
    QTest::addColumn<double>("step");  // scores are multiples of this: ties
    for (const bool matrix : {false, true}) {
      const char* group = matrix ? "matrix" : "row";
      QTest::addRow("%s 1x1", group) << 1 << 1 << matrix << 0.0;
      QTest::addRow("%s", group) << 37 << 210 << matrix << 0.0;
      QTest::addRow("%s with ties", group) << 37 << 210 << matrix << 0.25;
      QTest::addRow("%s all equal", group) << 37 << 210 << matrix << 100.0;
    }
    QTest::addRow("row, many") << 70 << 4096 << false << 0.0;
    QTest::addRow("row of 65536") << 2 << 65536 << false << 0.01;
    QTest::addRow("matrix of 65536") << 256 << 256 << true << 0.01;
    // Ranks of four bytes.
    QTest::addRow("row of 200000") << 2 << 200000 << false << 0.001;
    QTest::addRow("matrix of 630000") << 700 << 900 << true << 0.001;
  }

  void equalsTheMask() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(bool, matrix);
    QFETCH(double, step);
    auto weight = normal(rows, columns, 3);
    // Of its own zeros.
    if (step > 0) weight.masked_fill_(normal(rows, columns, 5) > 1, 0);
    auto scores = normal(rows, columns, 4).abs();
    if (step > 0) scores = (scores / step).round() * step;
    const auto comparison = matrix ? Comparison::Matrix : Comparison::Row;
    const MaskRanks ranks(weight, scores, comparison);
    auto out = at::empty_like(weight);
    for (const double s : {0.0, 0.01, 0.333, 0.5, 0.77, 0.9999, 1.0}) {
      const auto wanted = weight.masked_fill(maskOfLeast(scores, {s, comparison, {}, false}), 0);
      QVERIFY(ranks.masked(s).equal(wanted));
      ranks.maskInto(s, out);
      QVERIFY(out.equal(wanted));
      QCOMPARE(ranks.zeros(s), (wanted == 0).sum().item<int64_t>());
    }
  }
};

QTEST_APPLESS_MAIN(MaskRanksTest)
#include "mask_ranks_test.moc"
