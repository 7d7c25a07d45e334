#include "core/base/tensor_memory.h"

#include <ATen/ATen.h>
#include <QtTest/QtTest>

#include "core/base/memory.h"

using namespace espalier;

namespace {

constexpr int64_t kMiB = int64_t(1) << 20;

}  // namespace

class TensorMemoryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { useLargePages(); }
  void init() { releaseWaitingPages(); }

  // Pages of a temporary wait for the next one of about its size.
  void briefPagesAreUsedAgain() {
    OwnPages pages(OwnPages::For::Brief);
    auto t = at::ones({1 << 20});
    const void* first = t.data_ptr();
    t.reset();
    t = at::ones({(1 << 20) - 1000});
    QCOMPARE(t.data_ptr(), first);
    const auto larger = at::ones({1 << 21});
    QVERIFY(larger.data_ptr() != first);
    QCOMPARE(larger.sum().item<float>(), float(1 << 21));
  }

  // Temporaries of other sizes: few pages more than were once in use wait, of repeated passes more.
  void morePagesOfRepeatedPassesWait() {
    const auto waitingAfter = [](OwnPages::For use) {
      releaseWaitingPages();
      const int64_t before = residentMemory();
      OwnPages pages(use);
      for (const int64_t size : {20, 28}) at::ones({size * kMiB / 4});
      return (residentMemory() - before) / kMiB;
    };
    const auto brief = waitingAfter(OwnPages::For::Brief), repeated = waitingAfter(OwnPages::For::Repeated);
    QVERIFY2(brief >= 26 && brief < 36, qPrintable(QString::number(brief)));
    QVERIFY2(repeated >= 46, qPrintable(QString::number(repeated)));
  }

  void pagesOfWhatIsKeptGoBackWithIt() {
    const int64_t before = residentMemory();
    OwnPages outer(OwnPages::For::Brief);
    {
      OwnPages inner(OwnPages::For::Long);
      const auto t = at::ones({24 * kMiB / 4});
      QVERIFY(residentMemory() - before > 22 * kMiB);
    }
    QVERIFY(residentMemory() - before < 8 * kMiB);
    // The outer guard counts again.
    at::ones({24 * kMiB / 4});
    QVERIFY(residentMemory() - before > 22 * kMiB);
    releaseWaitingPages();
    QVERIFY(residentMemory() - before < 8 * kMiB);
  }
};

QTEST_APPLESS_MAIN(TensorMemoryTest)
#include "tensor_memory_test.moc"
