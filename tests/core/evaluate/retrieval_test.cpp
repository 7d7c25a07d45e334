#include "core/evaluate/retrieval.h"

#include <QtTest/QtTest>

using namespace espalier;

class RetrievalTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Worked by hand: three pictures, the first with two texts.
  void countsRecall() {
    const auto s = at::tensor({0.9, 0.1, 0.2,   // text 0 finds picture 0
                               0.3, 0.8, 0.1,   // text 1 is of picture 0, which is second
                               0.2, 0.9, 0.4,   // text 2 finds picture 1
                               0.7, 0.6, 0.5})  // text 3 is of picture 2, which is third
                       .view({4, 3});
    const auto r = retrievalOf(s, {0, 0, 1, 2});
    QCOMPARE(r.pictureRecall[0], 0.5);
    QCOMPARE(r.pictureRecall[1], 1.0);
    // Picture 0: text 0 first. Picture 1: text 2 first. Picture 2: text 3 first.
    QCOMPARE(r.textRecall[0], 1.0);
    QVERIFY(r.bestPicture == std::vector<int64_t>({0, 1, 1, 0}));
  }

  void tellingNothingApartFindsNothing() {
    const auto r = retrievalOf(at::ones({12, 12}), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    for (const double share : r.textRecall) QCOMPARE(share, 0.0);
    for (const double share : r.pictureRecall) QCOMPARE(share, 0.0);
  }
};

QTEST_APPLESS_MAIN(RetrievalTest)
#include "retrieval_test.moc"
