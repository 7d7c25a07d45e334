#include "core/base/random.h"

#include <QtTest/QtTest>
#include <cmath>
#include <vector>

using namespace espalier;

class RandomTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Known answers of Philox 4x32-10 from the Random123 distribution (kat_vectors).
  void matchesPublishedVectors() {
    const auto zeros = CounterRandom(0, 0).block(0);
    QCOMPARE(zeros[0], 0x6627e8d5u);
    QCOMPARE(zeros[1], 0xe169c58du);
    QCOMPARE(zeros[2], 0xbc57ac4cu);
    QCOMPARE(zeros[3], 0x9b00dbd8u);
    const auto ones = CounterRandom(~0ull, ~0ull).block(~0ull);
    QCOMPARE(ones[0], 0x408f276du);
    QCOMPARE(ones[1], 0x41c83b0eu);
    QCOMPARE(ones[2], 0xa20bc7c6u);
    QCOMPARE(ones[3], 0x6d5451fdu);
  }

  void normalHasItsMoments() {
    std::vector<float> z(200'001);
    CounterRandom(7, streamOf("z")).fillNormal(z.data(), int64_t(z.size()));
    double m1 = 0, m2 = 0, m4 = 0;
    for (double v : z) m1 += v, m2 += v * v, m4 += v * v * v * v;
    const double n = double(z.size());
    QVERIFY(std::abs(m1 / n) < 0.01);
    QVERIFY(std::abs(m2 / n - 1) < 0.02);
    QVERIFY(std::abs(m4 / n - 3) < 0.15);
  }

  void prefixDoesNotDependOnLength() {
    std::vector<float> shorter(10), longer(1000);
    CounterRandom r(1, 2);
    r.fillNormal(shorter.data(), 10);
    r.fillNormal(longer.data(), 1000);
    for (int i = 0; i < 10; ++i) QCOMPARE(shorter[i], longer[i]);
  }

  void streamsDiffer() {
    QVERIFY(streamOf("a", 0, 1) != streamOf("a", 1, 0));
    QVERIFY(streamOf("a") != streamOf("b"));
  }
};

QTEST_APPLESS_MAIN(RandomTest)
#include "random_test.moc"
