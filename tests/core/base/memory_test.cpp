// When a ceiling is needed that nobody set.
#include "core/base/memory.h"

#include <QtTest/QtTest>

#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;

class MemoryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aCeilingIsForModelsThatNeedOne() {
    constexpr int64_t G = int64_t(1) << 30;
    // Dense weights, pruned ones and room to run.
    QCOMPARE(ceilingFor(5 * G, 20 * G), int64_t(0));
    QCOMPARE(ceilingFor(7 * G, 20 * G), 16 * G);
    QCOMPARE(ceilingFor(100 * G, 20 * G), 16 * G);
    QCOMPARE(ceilingFor(G, G), int64_t(0));
    QCOMPARE(ceilingFor(G + 1, 2 * G), 2 * G / 5 * 4);
    // Where the system says nothing, nothing is known.
    QCOMPARE(ceilingFor(100 * G, 0), int64_t(0));
  }

  void theSystemSaysWhatIsThere() {
    const auto available = availableMemory();
    QVERIFY2(available > (int64_t(64) << 20) && available < (int64_t(1) << 50),
             qPrintable(QString::number(available)));
  }

  void sizesByName() {
    QCOMPARE(bytesNamed("4G", "--memory"), int64_t(4) << 30);
    QCOMPARE(bytesNamed("1.5M", "--memory"), int64_t(3) << 19);
    QVERIFY(errorOf([] { bytesNamed("many", "--memory"); }).contains("--memory"));
  }
};

QTEST_APPLESS_MAIN(MemoryTest)
#include "memory_test.moc"
