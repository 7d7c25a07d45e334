// Rows as int8 numbers with a scale each.
#include "core/base/int8_rows.h"

#include <QtTest/QtTest>
#include <cmath>
#include <random>

#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

namespace {

std::vector<float> back(const Int8Rows& rows) {
  std::vector<float> out(rows.numbers.size());
  fromInt8(rows.numbers, rows.scales, out);
  return out;
}

double squaredError(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (double(a[i]) - b[i]) * (double(a[i]) - b[i]);
  return sum;
}

}  // namespace

class Int8RowsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void valuesAreThoseOfTheFormula() {
    const std::vector<float> values{0, 1.27f, -0.005f, 0.015f, -1.27f, 0, 0, 0, 0, 0, 254, -2};
    const auto rows = toInt8(values, 3, Int8Scale::Absmax);
    QCOMPARE(rows.scales, (std::vector<float>{1.27f / 127, 1.27f / 127, 2}));
    QCOMPARE(rows.numbers, (std::vector<int8_t>{0, 127, int8_t(std::nearbyint(-0.005f / (1.27f / 127))),
                                                int8_t(std::nearbyint(0.015f / (1.27f / 127))), -127, 0, 0, 0,
                                                0, 0, 127, -1}));
  }

  // No value is further away than half a step, zeros stay, and a row of zeros is one.
  void absmaxIsWithinHalfAStep() {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    std::vector<float> values(16 * 100);
    for (size_t i = 100; i < values.size(); ++i) values[i] = random() % 2 ? normal(random) : 0.0f;
    const auto rows = toInt8(values, 16, Int8Scale::Absmax);
    QCOMPARE(rows.scales[0], 0.0f);
    const auto again = back(rows);
    for (size_t i = 0; i < values.size(); ++i) {
      QVERIFY(std::abs(values[i] - again[i]) <= rows.scales[i / 100] * 0.50001f);
      if (values[i] == 0) QCOMPARE(again[i], 0.0f);
    }
  }

  // One large weight among small ones: cutting it off costs less than coarse steps for all.
  void leastErrorIsNoWorseAndBetterWithOutliers() {
    std::mt19937 random(2);
    std::normal_distribution<float> normal;
    std::vector<float> values(4 * 4000);
    for (auto& v : values) v = normal(random);
    for (size_t r = 0; r < 4; ++r) values[r * 4000] = r % 2 ? 6.0f : 5.0f;
    const double absmax = squaredError(values, back(toInt8(values, 4, Int8Scale::Absmax)));
    const double mse = squaredError(values, back(toInt8(values, 4, Int8Scale::Mse)));
    QVERIFY2(mse < 0.98 * absmax, qPrintable(QString("%1 %2").arg(mse).arg(absmax)));
  }

  void otherNamesAreRefused() {
    QVERIFY(int8ScaleNamed("mse", "--int8") == Int8Scale::Mse);
    QCOMPARE(errorOf([] { int8ScaleNamed("least", "--int8"); }),
             QString("--int8 is \"least\"; absmax or mse was expected."));
  }
};

QTEST_APPLESS_MAIN(Int8RowsTest)
#include "int8_rows_test.moc"
