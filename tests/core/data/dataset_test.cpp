#include "core/data/dataset.h"

#include <QtTest/QtTest>
#include <fstream>
#include <set>

#include "core/base/error.h"
#include "tests/support/tiny_picture.h"

using namespace espalier;
using espalier::test::tinyPicture;
namespace fs = std::filesystem;

class DatasetTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path root() const { return m_dir.path().toStdString(); }

 private Q_SLOTS:
  void skipsAndListsWhatCannotBeUsed() {
    std::ofstream(root() / "a.png", std::ios::binary) << tinyPicture();
    std::ofstream(root() / "metadata.jsonl")
        << R"({"file_name":"a.png","question":"q","answer":"yes","kind":"k"})"
        << "\n\n"
        << "not json\n"
        << R"({"file_name":"gone.png","answer":"no"})"
        << "\n"
        << R"({"file_name":"a.png"})"
        << "\n"
        << R"({"file_name":7,"answer":"no"})"
        << "\n"
        << R"({"file_name":"a.png","answer":"b"})"
        << "\n";
    const auto d = openDataset(root());
    QCOMPARE(d.samples.size(), size_t(2));
    QCOMPARE(d.samples[0].kind, std::string("k"));
    QCOMPARE(d.problems.size(), size_t(4));
    QCOMPARE(d.problems[0].place, std::string("metadata.jsonl, line 3"));
    QVERIFY(d.problems[1].what.find("gone.png") != std::string::npos);
  }

  void namesWhatIsMissing() {
    QVERIFY_EXCEPTION_THROWN(openDataset(root() / "nowhere"), Error);
    fs::create_directory(root() / "empty");
    QVERIFY_EXCEPTION_THROWN(openDataset(root() / "empty"), Error);
    std::ofstream(root() / "empty" / "metadata.jsonl") << "broken\n";
    try {
      openDataset(root() / "empty");
      QFAIL("accepted");
    } catch (const Error& e) {
      QVERIFY(QString(e.what()).contains("line 1"));
    }
  }

  void drawsPicturesWithAllTheirEntries() {
    Dataset d;
    for (int i = 0; i < 60; ++i)
      d.samples.push_back({std::to_string(i / 3) + ".jpg", {}, std::to_string(i), {}});
    d.samples.push_back({{}, {}, "text", {}});
    const auto part = drawPictures(d, 5, 1);
    std::map<fs::path, int> entries;
    for (const auto& s : part.samples) ++entries[s.image];
    QCOMPARE(entries.size(), size_t(5));
    for (const auto& [picture, count] : entries) QCOMPARE(count, picture.empty() ? 1 : 3);
    for (size_t i = 1; i < part.samples.size() && !part.samples[i].image.empty(); ++i)
      QVERIFY(std::stoi(part.samples[i - 1].answer) < std::stoi(part.samples[i].answer));
    const auto same = drawPictures(d, 5, 1), other = drawPictures(d, 5, 2);
    QVERIFY(same.samples[0].answer == part.samples[0].answer && same.samples.size() == part.samples.size());
    std::set<fs::path> pictures;
    for (const auto& s : other.samples) pictures.insert(s.image);
    QVERIFY(!std::all_of(entries.begin(), entries.end(),
                         [&](const auto& e) { return pictures.contains(e.first); }));
    QCOMPARE(drawPictures(d, 500, 1).samples.size(), d.samples.size());
  }

  void drawingIsSeededAndWithoutRepetition() {
    Dataset d;
    for (int i = 0; i < 50; ++i) d.samples.push_back({{}, std::to_string(i), "a", {}});
    const auto names = [](const Dataset& x) {
      std::vector<std::string> out;
      for (const auto& s : x.samples) out.push_back(s.question);
      return out;
    };
    const auto a = names(drawSamples(d, 20, 1));
    QCOMPARE(a.size(), size_t(20));
    QCOMPARE(std::set<std::string>(a.begin(), a.end()).size(), size_t(20));
    QVERIFY(a == names(drawSamples(d, 20, 1)));
    QVERIFY(a != names(drawSamples(d, 20, 2)));
    QCOMPARE(drawSamples(d, 500, 1).samples.size(), size_t(50));
  }
};

QTEST_APPLESS_MAIN(DatasetTest)
#include "dataset_test.moc"
