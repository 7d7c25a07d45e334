#include "core/evaluate/vqa_accuracy.h"

#include <QtTest/QtTest>

using namespace espalier;

namespace {

// "yes*4 no*6": four times yes, six times no.
std::vector<std::string> people(const std::vector<std::pair<std::string, int>>& answers) {
  std::vector<std::string> out;
  for (const auto& [answer, count] : answers) out.insert(out.end(), size_t(count), answer);
  return out;
}

bool near(double a, double b) {
  return std::abs(a - b) < 1e-12;
}

}  // namespace

class VqaAccuracyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // As processPunctuation and processDigitArticle of the official code turn them out.
  void normalises_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("normal");
    const std::pair<const char*, const char*> rows[] = {
        {"Yes", "yes"},
        {" The  Dog\n", "dog"},
        {"a cat and an owl", "cat and owl"},
        {"two", "2"},
        {"None", "0"},
        {"ten dogs", "10 dogs"},
        {"eleven", "eleven"},
        {"dont know", "don't know"},
        {"shouldntve", "shouldntve"},  // two apostrophes missing: not in the table
        {"shouldnt've", "shouldn't've"},
        {"its", "its"},
        {"hed", "he'd"},
        {"ladys", "ladys"},
        {"red, white", "red white"},      // at a blank: gone
        {"red,white", "red white"},       // between letters: a blank
        {"1,000 people", "1000 people"},  // within a number
        {"1,000/2", "10002"},             // ... which makes every mark vanish
        {"3.5", "3.5"},
        {"p.m.", "pm"},
        {"no.5", "no.5"},
        {"black-and-white", "black and white"},
        {"left (of it)", "left of it"},
        {"what?!", "what"},
        {"don't", "don't"},
        {"", ""},
        {"the", ""},
    };
    for (const auto& [text, normal] : rows) QTest::newRow(text) << text << normal;
  }
  void normalises() {
    QFETCH(QString, text);
    QFETCH(QString, normal);
    QCOMPARE(QString::fromStdString(normalizedVqaAnswer(text.toStdString())), normal);
  }

  // Leaving one person out at a time: k people of ten agree -> k * min(1, (k-1)/3) + (10-k) * min(1, k/3),
  // / 10.
  void tenPeople() {
    const auto share = [](int k) { return vqaAccuracy("yes", people({{"yes", k}, {"no", 10 - k}})); };
    QVERIFY(near(share(0), 0));
    QVERIFY(near(share(1), 0.3));
    QVERIFY(near(share(2), 0.6));
    QVERIFY(near(share(3), 0.9));
    QVERIFY(near(share(4), 1));
    QVERIFY(near(share(10), 1));
    QVERIFY(near(vqaAccuracy("The 2", people({{"two", 2}, {"2", 1}, {"three", 7}})), 0.9));
    QVERIFY(near(vqaAccuracy("Yes.", people({{"yes", 10}})), 1));
  }

  void fewerPeople() {
    QVERIFY(near(vqaAccuracy("a ball", {"ball"}), 1));
    QVERIFY(near(vqaAccuracy("cube", {"ball"}), 0));
    QVERIFY(near(vqaAccuracy("cube", {}), 0));
    // OK-VQA and A-OKVQA: of five people three agree, so 3 * 2/3 + 2 * 1 of 5.
    QVERIFY(near(vqaAccuracy("ball", people({{"ball", 3}, {"egg", 2}})), 0.8));
  }
};

QTEST_APPLESS_MAIN(VqaAccuracyTest)
#include "vqa_accuracy_test.moc"
