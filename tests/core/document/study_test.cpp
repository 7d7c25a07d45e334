// Studies of models that do not answer: their data, their points on disk, their tables.
#include "core/document/study.h"

#include <QtTest/QtTest>
#include <set>

#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

namespace {

Dataset pairs(int pictures, int textsEach) {
  Dataset d;
  d.path = "pairs";
  for (int p = 0; p < pictures; ++p)
    for (int t = 0; t < textsEach; ++t)
      d.samples.push_back(
          {"picture" + std::to_string(p), "", "text " + std::to_string(p * textsEach + t), ""});
  return d;
}

StudyPoint pointOf(const std::string& method, double sparsity, uint64_t seed, double perplexity) {
  StudyPoint p;
  p.method = method, p.sparsity = sparsity, p.seed = seed;
  p.kinds = {{"", 0, 4, 1.5}};
  p.metrics = {{"perplexity", perplexity}};
  return p;
}

}  // namespace

class StudyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void halvesShareNoPicture() {
    const auto halves = halvesOf(pairs(11, 3));
    QCOMPARE(halves.calibration.samples.size() + halves.test.samples.size(), size_t(33));
    QVERIFY(std::abs(int(halves.calibration.samples.size()) - int(halves.test.samples.size())) <= 3);
    std::set<std::filesystem::path> calibration;
    for (const auto& s : halves.calibration.samples) calibration.insert(s.image);
    for (const auto& s : halves.test.samples) QVERIFY(!calibration.contains(s.image));
    // The same halves every time.
    QCOMPARE(halvesOf(pairs(11, 3)).test.samples[0].answer, halves.test.samples[0].answer);
  }

  void halvesOfTextsAlone() {
    auto texts = pairs(1, 10);
    for (auto& s : texts.samples) s.image.clear();
    QCOMPARE(halvesOf(texts).test.samples.size(), size_t(5));
  }

  void onePictureCannotBeDivided() {
    QVERIFY(errorOf([] { halvesOf(pairs(1, 10)); }).contains("different pictures"));
  }

  void metricsBecomeTables() {
    StudyOptions options;
    options.methods = {"Uniform Wanda"};
    options.sparsities = {0.5};
    const auto tables =
        studyTables({pointOf("Uniform Wanda", 0.5, 0, 4), pointOf("Uniform Wanda", 0.5, 1, 6)}, options);
    QVERIFY2(tables.find("### perplexity") != std::string::npos, tables.c_str());
    QVERIFY2(tables.find("| Uniform Wanda | 5.000 ± 1.414 |") != std::string::npos, tables.c_str());
    QVERIFY(tables.find("Questions") == std::string::npos);
  }

  void pointsSurviveTheFile() {
    const auto p = studyPointFromJson(toJson(pointOf("Uniform Wanda", 0.5, 2, 7.25)));
    QCOMPARE(p.metrics.at("perplexity"), 7.25);
    QCOMPARE(p.seed, uint64_t(2));
  }
};

QTEST_MAIN(StudyTest)
#include "study_test.moc"
