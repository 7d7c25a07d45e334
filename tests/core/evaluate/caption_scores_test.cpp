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
  void sentences() {
    QCOMPARE(captionWords("A man's dog, it DON'T bark!"),
             (CaptionWords{"a", "man", "'s", "dog", "it", "do", "n't", "bark"}));
    QCOMPARE(captionWords("(two) \"red\" t-shirts -- $3.50; 1,000 people."),
             (CaptionWords{"-lrb-", "two", "-rrb-", "red", "t-shirts", "$", "3.50", "1,000", "people"}));
    QCOMPARE(captionWords("they\xe2\x80\x99re caf\xc3\xa9s"), (CaptionWords{"they", "'re", "caf\xc3\xa9s"}));
    QCOMPARE(captionWords(" ...  - '' "), CaptionWords{});
    QCOMPARE(captionWords("it cannot be"), (CaptionWords{"it", "can", "not", "be"}));
  }

  // What pycocoevalcap's tokenizer leaves, case by case.
  void words_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const std::pair<const char*, const char*> cases[] = {
        {"at 12:55 or 2:30pm", "at 12:55 or 2:30 pm"},
        {"1/2 of it, 24/7", "1\\/2 of it 24\\/7"},
        {"2 1/2 cups", "2\u00a01\\/2 cups"},
        {"\u00bd a cup", "1\\/2 a cup"},
        {"and/or black/white", "and\\/or black\\/white"},
        {"a / b", "a \\/ b"},
        {"w/ cheese", "w \\/ cheese"},
        {"5 p.m. sharp", "5 p.m. sharp"},
        {"at 5 p.m.", "at 5 p.m."},
        {"the U.S. flag", "the u.s. flag"},
        {"Main St. and Dr. Smith", "main st. and dr. smith"},
        {"vitamin C.", "vitamin c."},
        {"I. The end", "i the end"},
        {"red, green, etc.", "red green etc."},
        {"a dog (brown) [big] {old}", "a dog -lrb- brown -rrb- -lsb- big -rsb- -lcb- old -rcb-"},
        {"gonna wanna gotta", "gon na wan na got ta"},
        {"can't won't don't cannot", "ca n't wo n't do n't can not"},
        {"don\u2019t man\u2019s", "do n't man 's"},
        {"it's they'll we've I'm", "it 's they 'll we 've i 'm"},
        {"dogs' bowls", "dogs bowls"},
        {"wait... what", "wait what"},
        {"wait . . . what", "wait what"},
        {"wait\u2026 what", "wait what"},
        {"\"red\" 'blue' \u201cgreen\u201d", "red blue green"},
        {"black-and-white t-shirt", "black-and-white t-shirt"},
        {"a 5-year-old -- and -", "a 5-year-old and"},
        {"wow!! really?!", "wow !! really ?!"},
        {"wow! really?", "wow really"},
        {"50% off & more", "50 % off & more"},
        {"#1 at 5*5 = 25", "# 1 at 5 \\* 5 = 25"},
        {"rock 'n' roll", "rock 'n' roll"},
        {"o'clock O'Malley", "o'clock o'malley"},
        {"a 3d tv on the 5th", "a 3d tv on the 5th"},
        {"-5 or +3.5", "-5 or +3.5"},
        {"10/12/2014", "10\\/12\\/2014"},
        {"\u00a35 and \u20ac6", "# 5 and $ 6"},
        {"\u00c9t\u00c9", "\u00e9t\u00e9"},
        {"photo.jpg of www.example.com", "photo.jpg of www.example.com"},
        {"two\nlines", "two lines"},
        {"a smile :) here", "a smile :-rrb- here"},
        {"\U0001F600 face", "face"}};
    for (const auto& [text, words] : cases) QTest::newRow(text) << QString(text) << QString(words);
  }
  void words() {
    QFETCH(QString, text);
    QFETCH(QString, words);
    QString joined;
    for (const auto& w : captionWords(text.toStdString()))
      joined += (joined.isEmpty() ? "" : " ") + QString::fromStdString(w);
    QCOMPARE(joined, words);
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
    // Nothing matches: the official code's constants are left.
    const double words = 6 + 1e-9, pairs = 5 + 1e-9, threes = 4 + 1e-9, fours = 3 + 1e-9;
    QVERIFY(near(1e15 * bleu4(none, references),
                 1e15 * std::pow(1e-60 / (words * pairs * threes * fours), 0.25) * std::exp(1 - 12.0 / 6)));
    // Repeating a right word does not help: counts are clipped.
    const auto repeated = wordsOf({"a a a a a a", "grass grass grass grass grass grass"});
    QVERIFY(ciderD(repeated, references).score < 2);
    QVERIFY(near(1e12 * bleu4(repeated, references), 1e12 * std::pow(3.0 / 12 * 1e-45 / (10 * 8 * 6), 0.25)));
  }

  // CIDEr's document frequencies need more than one document.
  void onePictureTellsNothing() {
    QCOMPARE(ciderD({kReferences[0][0]}, {kReferences[0]}).score, 0.0);
    QVERIFY(ciderD({}, {}).perPicture.empty());
  }
};

QTEST_APPLESS_MAIN(CaptionScoresTest)
#include "caption_scores_test.moc"
