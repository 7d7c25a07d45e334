#include "core/evaluate/paired_difference.h"

#include <QtTest/QtTest>
#include <cmath>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/evaluate/chance.h"

using namespace espalier;

namespace {

// Losses around 2 with a standard deviation of 0.5, the second set higher by `shift` and with noise of its
// own.
std::pair<PairVerdicts, PairVerdicts> verdicts(int64_t pairs, double shift, uint64_t seed) {
  CounterRandom random(seed, streamOf("losses"));
  PairVerdicts a, b;
  for (int64_t i = 0; i < pairs; ++i) {
    const double common = 2 + 0.5 * random.normal();
    a.loss.push_back(common + 0.1 * random.normal());
    b.loss.push_back(common + shift + 0.1 * random.normal());
    a.right.push_back(random.uniform() < 0.8);
    b.right.push_back(a.right.back());
  }
  return {a, b};
}

}  // namespace

class PairedDifferenceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void equalResultsDifferByChanceAlone() {
    const auto [a, b] = verdicts(50, 0.2, 1);
    const auto d = pairedDifference(a, a);
    QCOMPARE(d.pairs, int64_t(50));
    QCOMPARE(d.onlyFirst + d.onlySecond, int64_t(0));
    QCOMPARE(d.answersChance, 1.0);
    QCOMPARE(d.lossChance, 1.0);
    QCOMPARE(d.lossLow, 0.0);
    QVERIFY(!d.answersDiffer() && !d.lossesDiffer());
  }

  void answersAreCountedAndJudgedByTheSignTest() {
    PairVerdicts a, b;
    for (int i = 0; i < 40; ++i) {
      a.right.push_back(i < 30);
      b.right.push_back(i >= 9 && i < 33);  // 9 of the first alone, 3 of the second
    }
    const auto d = pairedDifference(a, b);
    QCOMPARE(d.rightFirst, int64_t(30));
    QCOMPARE(d.rightSecond, int64_t(24));
    QCOMPARE(d.onlyFirst, int64_t(9));
    QCOMPARE(d.onlySecond, int64_t(3));
    QCOMPARE(d.answersChance, chanceOfDifference(9, 3));
    QVERIFY(!d.answersDiffer());
    QVERIFY(std::abs(d.accuracyDifference() - 6.0 / 40) < 1e-12);
  }

  // Where all pairs part by about the same, the interval is that of the mean: +- 1.96 deviations / sqrt(n).
  void theBootstrapGivesTheMeansInterval() {
    const auto [a, b] = verdicts(400, 0.05, 7);
    const auto d = pairedDifference(a, b);
    double mean = 0, square = 0;
    for (size_t i = 0; i < 400; ++i) mean += (a.loss[i] - b.loss[i]) / 400;
    for (size_t i = 0; i < 400; ++i) square += std::pow(a.loss[i] - b.loss[i] - mean, 2) / 399;
    const double half = 1.96 * std::sqrt(square / 400);
    QVERIFY(std::abs(d.lossDifference() - mean) < 1e-12);
    QVERIFY2(std::abs(d.lossLow - (mean - half)) < 0.1 * half, qPrintable(QString::number(d.lossLow)));
    QVERIFY2(std::abs(d.lossHigh - (mean + half)) < 0.1 * half, qPrintable(QString::number(d.lossHigh)));
    QVERIFY(d.lossesDiffer());
    const auto back = pairedDifference(b, a);
    QCOMPARE(back.lossDifference(), -d.lossDifference());
    QVERIFY(back.lossesDiffer());
  }

  // Of models that do not differ, a twentieth of all comparisons says they do.
  void chanceIsWhatItSays() {
    int told = 0;
    for (uint64_t seed = 0; seed < 200; ++seed) {
      const auto [a, b] = verdicts(60, 0, seed);
      told += pairedDifference(a, b, 500).lossesDiffer();
    }
    QVERIFY2(told >= 2 && told <= 22, qPrintable(QString::number(told)));
  }

  void theWorkersChangeNothing() {
    const auto [a, b] = verdicts(100, 0.01, 3);
    const int before = threadCount();
    setThreadCount(1);
    const auto one = pairedDifference(a, b);
    setThreadCount(3);
    const auto three = pairedDifference(a, b);
    setThreadCount(before);
    QCOMPARE(one.lossLow, three.lossLow);
    QCOMPARE(one.lossChance, three.lossChance);
  }

  void whatHasNoLossIsLeftOut() {
    auto [a, b] = verdicts(30, 0.1, 5);
    a.loss[3] = std::nan("");
    const auto d = pairedDifference(a, b);
    QVERIFY(std::isfinite(d.lossFirst) && std::isfinite(d.lossLow));
    QCOMPARE(d.pairs, int64_t(30));
  }

  void otherPairsAreRefusedWithBothNumbers() {
    const auto [a, b] = verdicts(30, 0, 5);
    const auto [c, d] = verdicts(31, 0, 5);
    try {
      pairedDifference(a, c);
      QFAIL("taken");
    } catch (const Error& e) {
      const QString said = QString::fromUtf8(e.what());
      QVERIFY(said.contains("30") && said.contains("31"));
    }
  }
};

QTEST_APPLESS_MAIN(PairedDifferenceTest)
#include "paired_difference_test.moc"
