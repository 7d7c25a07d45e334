#include "core/base/tensor_memory.h"

#include <ATen/ATen.h>
#include <QtTest/QtTest>

using namespace espalier;

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

  void thePeakCountsTemporariesOnly() {
    QCOMPARE(peakOfBriefPages(), int64_t(0));
    {
      OwnPages pages(OwnPages::For::Brief);
      const auto a = at::empty({1 << 20}), b = at::empty({1 << 20});
      OwnPages kept(OwnPages::For::Long);
      const auto c = at::empty({1 << 20});
    }
    const auto d = at::empty({1 << 20});
    QCOMPARE(peakOfBriefPages(), int64_t(2) << 22);
    releaseWaitingPages();
    QCOMPARE(peakOfBriefPages(), int64_t(0));
  }

  void guardsNest() {
    {
      OwnPages outer(OwnPages::For::Brief);
      { OwnPages inner(OwnPages::For::Long); }
      const auto t = at::empty({1 << 20});
      QCOMPARE(peakOfBriefPages(), int64_t(1) << 22);
    }
    releaseWaitingPages();
    const auto t = at::empty({1 << 20});
    QCOMPARE(peakOfBriefPages(), int64_t(0));
  }
};

QTEST_APPLESS_MAIN(TensorMemoryTest)
#include "tensor_memory_test.moc"
