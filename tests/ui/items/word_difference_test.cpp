#include "ui/items/word_difference.h"

#include <QtTest/QtTest>

using namespace espalier;

class WordDifferenceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void marksTheWordsThatDiffer() {
    const auto d = wordDifference("a small red circle and a square", "a large Red circle and a square");
    QCOMPARE(d.words.size(), 7);
    QCOMPARE(d.differs, (std::vector<bool>{false, true, false, false, false, false, false}));
    QCOMPARE(d.first(), 1);
  }
  void aWordMoreMovesNothing() {
    const auto d = wordDifference("one red circle", "one big red circle");
    QCOMPARE(d.first(), -1);
    QCOMPARE(wordDifference("one big red circle", "one red circle").differs,
             (std::vector<bool>{false, true, false, false}));
  }
  void nothingAndEverything() {
    QVERIFY(wordDifference("", "a").words.isEmpty());
    QCOMPARE(wordDifference("yes", "").differs, std::vector<bool>{true});
    QCOMPARE(wordDifference("yes", "no").first(), 0);
  }
};

QTEST_APPLESS_MAIN(WordDifferenceTest)
#include "word_difference_test.moc"
