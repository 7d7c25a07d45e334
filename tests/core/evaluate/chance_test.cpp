#include "core/evaluate/chance.h"

#include <QtTest/QtTest>

using namespace espalier;

class ChanceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Of scipy.stats.binomtest(min(a, b), a + b).pvalue.
  void isTheExactSignTest_data() {
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("second");
    QTest::addColumn<double>("chance");
    QTest::newRow("no difference") << 0 << 0 << 1.0;
    QTest::newRow("one") << 1 << 0 << 1.0;
    QTest::newRow("even") << 4 << 4 << 1.0;
    QTest::newRow("five to none") << 5 << 0 << 0.0625;
    QTest::newRow("six to none") << 0 << 6 << 0.03125;
    QTest::newRow("nine to three") << 9 << 3 << 598.0 / 4096;
    QTest::newRow("ten to one") << 10 << 1 << 24.0 / 2048;
  }
  void isTheExactSignTest() {
    QFETCH(int, first);
    QFETCH(int, second);
    QFETCH(double, chance);
    QVERIFY(qAbs(chanceOfDifference(first, second) - chance) < 1e-12);
    QCOMPARE(chanceOfDifference(first, second), chanceOfDifference(second, first));
  }
  void manyPairsDoNotOverflow() {
    const double chance = chanceOfDifference(100'000, 100'500);
    QVERIFY(chance > 0.2 && chance < 0.3);  // z = 1.12
  }
};

QTEST_APPLESS_MAIN(ChanceTest)
#include "chance_test.moc"
