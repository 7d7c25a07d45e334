#include "core/model/layers/log_sum_exp.h"

#include <QtTest/QtTest>
#include <cmath>
#include <vector>

#include "core/base/random.h"

using namespace espalier;

class LogSumExpTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void equalsFloat64() {
    for (const int64_t count : {1, 2, 63, 64, 65, 1000, 32128})
      for (const double scale : {0.01, 1.0, 30.0}) {
        std::vector<float> x(static_cast<size_t>(count));
        CounterRandom(uint64_t(count), 1).fillNormal(x.data(), count);
        double largest = -1e30, sum = 0;
        for (auto& v : x) v = float(v * scale), largest = std::max(largest, double(v));
        for (const float v : x) sum += std::exp(double(v) - largest);
        QVERIFY(std::abs(logSumExp(x.data(), count) - (largest + std::log(sum))) < 1e-7);
      }
  }

  void masksCountForNothing() {
    const std::vector<float> x{1, -3.4e38f, 2, -1e30f};
    QVERIFY(std::abs(logSumExp(x.data(), 4) - std::log(std::exp(1.0) + std::exp(2.0))) < 1e-7);
  }

  void whatIsNoNumberMakesNone() {
    for (const int64_t count : {3, 64, 200})
      for (const int64_t at : {int64_t(0), count / 2, count - 1}) {
        std::vector<float> x(static_cast<size_t>(count), 1.0f);
        x[size_t(at)] = std::nanf("");
        QVERIFY(std::isnan(logSumExp(x.data(), count)));
        x[size_t(at)] = std::numeric_limits<float>::infinity();
        QVERIFY(!std::isfinite(logSumExp(x.data(), count)));
      }
  }
};

QTEST_APPLESS_MAIN(LogSumExpTest)
#include "log_sum_exp_test.moc"
