// Studies of models that do not answer: their data, their points on disk, their tables.
#include "core/document/study_comparison.h"

#include <QtTest/QtTest>
#include <chrono>
#include <cmath>
#include <set>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/owner.h"
#include "core/bench/synthetic.h"
#include "core/document/study_json.h"
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
  QTemporaryDir m_dir;

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

  // A seed that is named twice is one draw: two would have a deviation of zero.
  void whatIsNamedTwiceIsRefused() {
    const auto data = pairs(4, 1);
    StudyOptions o;
    o.seeds = {0, 3, 0};
    QVERIFY(errorOf([&] { runStudy({}, data, data, o, {}, {}); }).contains("seeds of the study name 0 more"));
    o.seeds = {0};
    o.sparsities = {0.25, 0.5, 0.25};
    QVERIFY(
        errorOf([&] { runStudy({}, data, data, o, {}, {}); }).contains("sparsities of the study name 0.25"));
    o.sparsities = {0.5};
    o.methods = {"uniform + wanda", "uniform + wanda"};
    QVERIFY(errorOf([&] { runStudy({}, data, data, o, {}, {}); }).contains("name uniform + wanda more"));
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

  // One folder, several models, data, options and scoring methods: each study sees its own numbers, and what
  // it has measured once is not measured again.
  void aFolderHoldsNoOtherStudysNumbers() {
    const auto root = std::filesystem::path(m_dir.path().toStdString());
    BenchShape shape = benchShapeNamed("t5-512");
    shape.config["d_model"] = 32, shape.config["d_ff"] = 48, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 1;
    shape.config["vocab_size"] = 300;
    writeSyntheticModel(shape, root / "a", {});
    shape.config["d_ff"] = 64;
    writeSyntheticModel(shape, root / "b", {});
    auto a = openModel(root / "a" / "model"), b = openModel(root / "b" / "model");
    const auto halves = halvesOf(openDataset(root / "a" / "data"));
    auto otherTest = halves.test;
    otherTest.samples.resize(otherTest.samples.size() / 2);

    struct Variant {
      const char* name;
      ModelPtr model;
      const Dataset* calibration;
      const Dataset* test;
      StudyOptions options;
    };
    StudyOptions plain;
    plain.methods = {"ECoFLaP + Wanda"};
    plain.sparsities = {0, 0.5};
    plain.seeds = {1};
    plain.score.samples = plain.prune.samples = 4;
    auto gradient = plain, draws = plain, pattern = plain, both = plain;
    gradient.methods = {"exact-gradient + wanda"};
    draws.score.draws = 3;
    pattern.prune.pattern = "2:4";
    both.methods = {"exact-gradient + wanda", "ECoFLaP + Wanda", "magnitude + wanda"};  // share no scores
    std::vector<Variant> variants{{"plain", a, &halves.calibration, &halves.test, plain},
                                  {"model", b, &halves.calibration, &halves.test, plain},
                                  {"calibration", a, &halves.test, &halves.test, plain},
                                  {"test", a, &halves.calibration, &otherTest, plain},
                                  {"method", a, &halves.calibration, &halves.test, gradient},
                                  {"draws", a, &halves.calibration, &halves.test, draws},
                                  {"pattern", a, &halves.calibration, &halves.test, pattern},
                                  {"both", a, &halves.calibration, &halves.test, both}};
    const auto runIn = [&](const Variant& v, const std::filesystem::path& folder) {
      nlohmann::json points;
      for (const auto& p : runStudy(v.model, *v.calibration, *v.test, v.options, folder, {}, {})) {
        points.push_back(toJson(p));
        points.back().erase("seconds");  // another each time
      }
      return points;
    };
    std::vector<nlohmann::json> alone;
    for (const auto& v : variants) alone.push_back(runIn(v, {}));
    QVERIFY(alone[0] != alone[1] && alone[0] != alone[3] && alone[0] != alone[6]);
    const auto shared = root / "shared";
    for (int round = 0; round < 2; ++round)
      for (size_t i = 0; i < variants.size(); ++i)
        QVERIFY2(runIn(variants[i], shared) == alone[i], variants[i].name);
    // The order of methods does not matter either.
    for (size_t m = 0; m < 2; ++m) {
      const auto& single = alone[m == 0 ? 4 : 0];
      for (size_t p = 0; p < 2; ++p) QVERIFY(alone[7][2 * m + p] == single[p]);
    }

    // Finished points are taken, not measured: a mark put into one is seen again.
    for (const auto& file : std::filesystem::directory_iterator(shared)) {
      auto j = readJsonFile(file.path());
      j["achieved"] = 0.125;
      writeFileAtomically(file.path(), j.dump());
    }
    for (const auto& p : runIn(variants[0], shared)) QCOMPARE(p.at("achieved").get<double>(), 0.125);
    // Weights of another time are other weights, and so is another program.
    variants.clear();
    a.reset();  // whose weights change now
    const auto weights = root / "a" / "model" / "model.safetensors";
    std::filesystem::last_write_time(weights,
                                     std::filesystem::last_write_time(weights) + std::chrono::hours(1));
    const auto again = openModel(root / "a" / "model");
    const auto points = runIn({"touched", again, &halves.calibration, &halves.test, plain}, shared);
    QVERIFY(points == alone[0]);
    for (const auto& file : std::filesystem::directory_iterator(shared)) {
      auto j = readJsonFile(file.path());
      if (!j.contains("made_by")) continue;
      j["achieved"] = 0.125;
      j["made_by"]["program"]["version"] = "0.0.1";
      writeFileAtomically(file.path(), j.dump());
    }
    QVERIFY(runIn({"program", again, &halves.calibration, &halves.test, plain}, shared) == alone[0]);
  }

  // Uniform where nothing is pinned; a pin stays at every target, in another process too.
  void theCurveOfAPlanKeepsItsPins() {
    const auto root = std::filesystem::path(m_dir.path().toStdString()) / "plan";
    BenchShape shape = benchShapeNamed("t5-512");
    shape.config["d_model"] = 32, shape.config["d_ff"] = 48, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 1;
    shape.config["vocab_size"] = 300;
    writeSyntheticModel(shape, root, {});
    const auto model = openModel(root / "model");
    const auto halves = halvesOf(openDataset(root / "data"));
    StudyOptions options;
    options.methods = {"Uniform magnitude", kThisPlan};
    options.sparsities = {0.25, 0.5};
    options.seeds = {0};
    options.prune.criterion = "magnitude";
    const auto run = [&](const StudyOptions& o) {
      return runStudy(model, halves.calibration, halves.test, o, root / "work", {});
    };
    QVERIFY(errorOf([&] { run(options); }).contains("needs a plan"));
    options.plan = globalMagnitudePlan(*model, 0.4, false, {});
    options.plan->allocator = "uniform";
    const auto points = run(options);
    QCOMPARE(points.size(), size_t(4));
    for (size_t i = 0; i < 2; ++i) {
      QCOMPARE(points[2 + i].method, std::string(kThisPlan));
      QVERIFY(std::abs(points[2 + i].achieved - options.sparsities[i]) < 0.01);
      QVERIFY(points[2 + i].bytes > 0);
      QCOMPARE(points[2 + i].kinds[0].loss, points[i].kinds[0].loss);
    }
    auto pinned = options;
    pinned.methods = {kThisPlan};
    pinned.plan->groups[0].pinned = true, pinned.plan->groups[0].sparsity = 0;
    const auto others = run(pinned);
    QVERIFY(others[1].kinds[0].loss != points[3].kinds[0].loss);
    const auto told = studyOptionsFromJson(nlohmann::json::parse(toJson(pinned).dump()));
    QVERIFY(told.plan && toJson(*told.plan) == toJson(*pinned.plan));
    QCOMPARE(told.methods, pinned.methods);
  }

  void methodsByName() {
    StudyOptions options;
    options.methods = {"first-order + nothing"};
    QVERIFY(errorOf([&] { runStudy({}, {}, {}, options, {}, {}); }).contains("first-order + nothing"));
  }

  void oneProcessHasAFolder() {
    const auto folder = std::filesystem::path(m_dir.path().toStdString()) / "held";
    std::filesystem::create_directory(folder);
    const PlaceLock lock(folder / "study");
    QVERIFY(errorOf([&] { runStudy({}, {}, {}, {}, folder, {}); }).contains("in use by process"));
  }

  void pointsSurviveTheFile() {
    const auto p = studyPointFromJson(toJson(pointOf("Uniform Wanda", 0.5, 2, 7.25)));
    QCOMPARE(p.metrics.at("perplexity"), 7.25);
    QCOMPARE(p.seed, uint64_t(2));
  }

  // Of a model that was pruned too far.
  void pointsOfInfiniteLossSurviveTheFile() {
    auto point = pointOf("Uniform Wanda", 0.9, 2, std::numeric_limits<double>::infinity());
    point.kinds = {{"colour", 0, 4, std::nan("")}};
    const auto p = studyPointFromJson(parseJson(jsonText(toJson(point)), "point"));
    QVERIFY(std::isnan(p.metrics.at("perplexity")) && std::isnan(p.kinds.at(0).loss));
    QCOMPARE(p.kinds.at(0).total, int64_t(4));
  }

  // Pairs of all seeds together; a method without data goes with each seed of the other.
  void methodsAreComparedPairByPair() {
    std::vector<StudyPoint> points;
    const auto add = [&](const std::string& method, uint64_t seed, int right, double loss, double seconds) {
      StudyPoint p;
      p.method = method, p.sparsity = 0.5, p.seed = seed;
      p.seconds = seconds, p.bytes = 1000;
      for (int i = 0; i < 20; ++i) {
        p.verdicts.right.push_back(i < right);
        p.verdicts.loss.push_back(loss + 0.001 * i);
      }
      p.kinds = {{"", right, 20, loss}};
      points.push_back(p);
    };
    add("Uniform Wanda", 0, 18, 0.5, 2);
    add("Uniform Wanda", 1, 18, 0.5, 4);
    add("Uniform magnitude", 0, 9, 0.9, 1);
    add("ECoFLaP + Wanda", 0, 17, 0.5, 3);
    add("ECoFLaP + Wanda", 1, 18, 0.5, 3);
    const auto d = differenceAt(points, "Uniform magnitude", "Uniform Wanda", 0.5);
    QVERIFY(d && d->pairs == 40 && d->onlySecond == 18 && d->onlyFirst == 0);
    QVERIFY(!differenceAt(points, "Uniform magnitude", "Global magnitude", 0.5));
    const auto rows = comparedMethods(points, true);
    QCOMPARE(rows.size(), size_t(3));
    QVERIFY(rows[0].best && rows[0].method == "Uniform Wanda" && rows[0].seconds == 3 && rows[0].seeds == 2);
    QVERIFY(rows[1].method == "ECoFLaP + Wanda" && !isWorse(rows[1], true));  // one pair of forty
    QVERIFY(rows[2].method == "Uniform magnitude" && isWorse(rows[2], true));
    const auto table = comparisonTable(points, true);
    QVERIFY(table.find("within chance") != std::string::npos && table.find("worse") != std::string::npos);
    // What an earlier version measured knows no pairs.
    for (auto& p : points) p.verdicts = {};
    QVERIFY(!comparedMethods(points, true)[1].away);
  }

  void aPointKeepsItsVerdicts() {
    StudyPoint p = pointOf("Uniform Wanda", 0.5, 1, 9);
    p.seconds = 1.5, p.bytes = 12345;
    p.verdicts = {{true, false, true}, {0.25, std::nan(""), 1.0 / 3}};
    const auto again = studyPointFromJson(toJson(p));
    QCOMPARE(again.verdicts.right, p.verdicts.right);
    QVERIFY(again.verdicts.loss[0] == 0.25 && std::isnan(again.verdicts.loss[1]));
    QVERIFY(std::abs(again.verdicts.loss[2] - 1.0 / 3) < 1e-6);
    QVERIFY(again.seconds == 1.5 && again.bytes == 12345);
  }

  void aMethodMayBeRecovered() {
    StudyOptions options;
    options.methods = {"uniform + wanda > nothing"};
    const QString said = errorOf([&] { runStudy(nullptr, {}, {}, options, {}, {}); });
    QVERIFY2(said.contains("nothing") && said.contains("rebuild"), qPrintable(said));
  }
};

QTEST_MAIN(StudyTest)
#include "study_test.moc"
