// Small data sets that were once read wrongly, with what is right. $ESPALIER_CASES names another folder of
// the same layout.
#include <QtTest/QtTest>
#include <set>

#include "core/data/damaged_pictures.h"
#include "core/data/dataset.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

fs::path casesRoot() {
  const auto other = qEnvironmentVariable("ESPALIER_CASES");
  return other.isEmpty() ? dataFile("cases") : fs::path(other.toStdString());
}

}  // namespace

class CasesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void recognised_data() {
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("entries");
    QTest::addColumn<int>("pictures");
    QTest::addColumn<QString>("answer");  // of the first
    const std::tuple<const char*, const char*, int, int, const char*> cases[] = {
        {"scienceqa-one-name", "pairs", 3, 3, "1"},
        {"byte-order-mark/csv", "pairs", 2, 2, "purple"},
        {"byte-order-mark/classes", "classes", 2, 2, "cat"},
        {"llava-question-file/data", "questions", 4, 4, ""},
        {"llava-question-file/flickr8k/captions.txt", "captions", 20, 4, "A child number 0 ."},
        {"vqa-empty-answer", "questions", 1, 1, "red"},
        {"layouts/flickr8k", "captions", 20, 4, "A child number 0 ."},
        {"layouts/jsonlasjson", "captions", 4, 4, "a photo 000000000285.jpg"},
        {"layouts/llava", "pairs", 4, 4, "A cat."},
        {"layouts/textvqa", "questions", 4, 4, "cat"},
        {"layouts/vizwiz", "questions", 4, 4, "cat"},
        {"windows-paths/absolute", "captions", 4, 4, "a photo"},
        {"windows-paths/relative", "captions", 4, 4, "a photo"}};
    for (const auto& [place, kind, entries, pictures, answer] : cases)
      QTest::newRow(place) << QString(place) << QString(kind) << entries << pictures << QString(answer);
  }
  void recognised() {
    QFETCH(QString, place);
    QFETCH(QString, kind);
    QFETCH(int, entries);
    QFETCH(int, pictures);
    QFETCH(QString, answer);
    const auto d = openDataset(casesRoot() / place.toStdString());
    QCOMPARE(QString::fromStdString(nameOf(d.kind)), kind);
    QCOMPARE(int(d.samples.size()), entries);
    QCOMPARE(int(pictureCount(d)), pictures);
    QCOMPARE(QString::fromStdString(d.samples[0].answer), answer);
    QVERIFY(d.problems.empty());
  }

  // Each entry has its own picture, though all are called image.png.
  void ownPictures() {
    const auto d = openDataset(casesRoot() / "scienceqa-one-name");
    for (size_t i = 0; i < d.samples.size(); ++i)
      QCOMPARE(d.samples[i].image.parent_path().filename(), fs::path(std::to_string(i + 1)));
  }

  void emptyAnswersCount() {
    const auto d = openDataset(casesRoot() / "vqa-empty-answer");
    QCOMPARE(d.samples[0].answers.size(), size_t(10));
    QCOMPARE(d.samples[0].answers.back(), std::string());
  }

  // What is wrong with a line is said as it is: here no picture lies beside the file.
  void linesOfOtherPrograms() {
    const auto error = errorOf([&] { openDataset(casesRoot() / "metadata-nan"); });
    QVERIFY2(error.contains("line 1 names the picture a.jpg, which does not exist"), qPrintable(error));
  }

  // A JPEG with zeros within its data, and a PNG by its content whose checksum is wrong.
  void picturesDamagedInside() {
    const auto d = openDataset(casesRoot() / "one-damaged-picture");
    QCOMPARE(d.samples.size(), size_t(4));
    const auto damaged = damagedPictures(d, {});
    std::set<std::string> names;
    for (const auto& [picture, what] : damaged) names.insert(picture.filename().string());
    QCOMPARE(names, (std::set<std::string>{"p1.jpg", "p2.jpg"}));
    std::vector<Dataset::Problem> problems;
    const auto drawn = drawDecodable(d, 4, 1, {}, problems);
    QCOMPARE(drawn.samples.size(), size_t(2));
    QCOMPARE(problems.size(), size_t(2));
    QVERIFY(names.contains(problems[0].place) && names.contains(problems[1].place));
    for (const auto& s : drawn.samples) QVERIFY(!damaged.contains(s.image));
    // Of fewer than there are, another one is drawn in its place.
    problems.clear();
    QCOMPARE(drawDecodable(d, 2, 1, {}, problems).samples.size(), size_t(2));
    Dataset alone = d;
    std::erase_if(alone.samples, [&](const Sample& s) { return !damaged.contains(s.image); });
    QVERIFY(errorOf([&] {
              drawDecodable(alone, 4, 1, {}, problems);
            }).contains("holds no picture that can be read"));
    // So is one that can be decoded and not be used otherwise.
    const auto tooWide = [](const Image& picture) {
      return picture.width > 1 ? std::string("does not suit the model") : std::string();
    };
    QCOMPARE(damagedPictures(d, {}, tooWide).size(), size_t(4));
    problems.clear();
    QVERIFY(
        errorOf([&] { drawDecodable(d, 4, 1, {}, problems, tooWide); }).contains("does not suit the model"));
    QCOMPARE(problems.size(), size_t(4));
    // Where nothing is damaged, the same are drawn as ever.
    const auto whole = openDataset(casesRoot() / "layouts/jsonlasjson");
    for (const int64_t count : {1, 3, 4}) {
      const auto a = drawSamples(whole, count, 5), b = drawDecodable(whole, count, 5, {}, problems);
      QCOMPARE(a.samples.size(), b.samples.size());
      for (size_t i = 0; i < a.samples.size(); ++i) QCOMPARE(a.samples[i].image, b.samples[i].image);
    }
  }
};

QTEST_APPLESS_MAIN(CasesTest)
#include "cases_test.moc"
