#include "core/evaluate/caption_scores.h"

#include <QtTest/QtTest>

using namespace espalier;

namespace {

std::vector<CaptionWords> wordsOf(const std::vector<std::string>& captions) {
  std::vector<CaptionWords> out;
  for (const auto& c : captions) out.push_back(captionWords(c));
  return out;
}

const std::vector<std::vector<CaptionWords>> kReferences = {
    wordsOf(
        {"a black dog running on grass", "a dog runs through the green grass", "the dog is on the grass"}),
    wordsOf({"two men riding bicycles down the street", "a couple of men ride bikes on a street"}),
    wordsOf({"a plate with food on a wooden table", "some food on a plate",
             "a plate of food sits on the table", "dinner is served"})};

// To one part in a hundred million: the official code adds 1e-9 to its counts.
bool near(double a, double b) {
  return std::abs(a - b) <= 1e-8 * std::max(1.0, std::abs(b));
}

}  // namespace

class CaptionScoresTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void words() {
    QCOMPARE(captionWords("A man's dog, it DON'T bark!"),
             (CaptionWords{"a", "man", "'s", "dog", "it", "do", "n't", "bark"}));
    QCOMPARE(captionWords("(two) \"red\" t-shirts -- $3.50; 1,000 people."),
             (CaptionWords{"two", "red", "t-shirts", "$", "3.50", "1,000", "people"}));
    QCOMPARE(captionWords("they\xe2\x80\x99re caf\xc3\xa9s"), (CaptionWords{"they", "'re", "caf\xc3\xa9s"}));
    QCOMPARE(captionWords(" ...  - '' "), CaptionWords{});
    QCOMPARE(captionWords("it cannot be"), (CaptionWords{"it", "can", "not", "be"}));
  }

  // By an independent transcription of the COCO evaluation's code.
  void workedValues() {
    const auto captions = wordsOf(
        {"a black dog runs on the grass", "two men ride bikes down a street", "a plate of food on a table"});
    const auto c = ciderD(captions, kReferences);
    QVERIFY(near(c.score, 2.7712735599948046));
    QVERIFY(near(c.perPicture[0], 2.7822837945748895));
    QVERIFY(near(c.perPicture[1], 2.6356670331930743));
    QVERIFY(near(c.perPicture[2], 2.8958698522164497));
    QVERIFY(near(bleu4(captions, kReferences), 0.38260697172721275));  // 21 words against 22: brevity penalty
    const auto others =
        wordsOf({"a dog runs on the grass", "two men ride bikes down a street", "food on a plate"});
    QVERIFY(near(ciderD(others, kReferences).score, 2.8521051226188994));
    QVERIFY(near(bleu4(others, kReferences), 0.4596613575726802));  // 17 words against 16: none
  }

  void perfectAndHopeless() {
    const std::vector<std::vector<CaptionWords>> references = {wordsOf({"a red cube on a table"}),
                                                               wordsOf({"two green balls in the grass"})};
    const auto same = std::vector<CaptionWords>{references[0][0], references[1][0]};
    QVERIFY(near(ciderD(same, references).score, 10));
    QVERIFY(near(bleu4(same, references), 1));
    const auto none = wordsOf({"x y z w v u", ""});
    QCOMPARE(ciderD(none, references).score, 0.0);
    QCOMPARE(bleu4(none, references), 0.0);
    // Repeating a right word does not help: counts are clipped.
    const auto repeated = wordsOf({"a a a a a a", "grass grass grass grass grass grass"});
    QVERIFY(ciderD(repeated, references).score < 2);
    QCOMPARE(bleu4(repeated, references), 0.0);
  }

  // CIDEr's document frequencies need more than one document.
  void onePictureTellsNothing() {
    QCOMPARE(ciderD({kReferences[0][0]}, {kReferences[0]}).score, 0.0);
    QVERIFY(ciderD({}, {}).perPicture.empty());
  }
};

QTEST_APPLESS_MAIN(CaptionScoresTest)
#include "caption_scores_test.moc"
