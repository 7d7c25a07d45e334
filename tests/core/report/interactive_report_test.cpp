// The page to explore: what it holds is what the models say, and it needs nothing beside it.
#include "core/report/interactive_report.h"

#include <QtTest/QtTest>
#include <fstream>
#include <regex>

#include "core/allocate/planner.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/parallel.h"
#include "core/samples/sample_folder.h"

using namespace espalier;

namespace {

// Scores by the number of weights, each block apart from the others.
Scores scoresOf(const OpenModel& model) {
  Scores s;
  s.method = "test";
  double score = 1;
  for (const auto& b : infoOf(model).blocks)
    if (b.prunedByDefault)
      for (const auto& m : b.matrices)
        s.matrices.push_back({m.name, b.name, nameOf(b.component), m.parameters(), score += 0.1, 0, {}});
  return s;
}

// The data between the tags that hold them.
nlohmann::json dataIn(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const auto begin = page.find(open) + open.size(), end = page.find("</script>", begin);
  return parseJson(page.substr(begin, end - begin), "the page");
}

}  // namespace

class InteractiveReportTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  ModelPtr m_model;
  Dataset m_calibration;
  InteractiveContent m_content;
  std::string m_page;

  QString pageFile() {
    const QString file = m_dir.filePath("page.html");
    writeInteractiveReport(file.toStdString(), m_content);
    return file;
  }

 private Q_SLOTS:
  void initTestCase() {
    setThreadCount(2);
    m_model = openModel(sampleFolder() / "model");
    m_calibration = openDatasetFor(*m_model, sampleFolder() / "calibration");
    const auto pairs = openDatasetFor(*m_model, sampleFolder() / "pairs");
    m_content.title = "A </script><b>title</b> & more";
    m_content.date = "2026-11-28";
    m_content.model = infoOf(*m_model);
    m_content.prune.inputs = "dense";
    m_content.prune.samples = 16;
    m_content.grid = measureGrid(m_model, scoresOf(*m_model), m_calibration, pairs, m_content.prune,
                                 {.targets = {0.5, 0.8}, .step = 0.2, .components = 1, .mostPairs = 12}, {});
    m_page = interactiveReport(m_content);
  }

  void gridIsWhole() {
    const auto& grid = m_content.grid;
    QCOMPARE(grid.plans.size(), size_t(2 * 3));
    QCOMPARE(grid.components.size(), size_t(1));
    QCOMPARE(grid.pairs.samples.size(), size_t(12));
    for (size_t i = 0; i < grid.plans.size(); ++i) {
      const auto& p = grid.plans[i];
      QCOMPARE(p.target, i < 3 ? 0.5 : 0.8);
      QCOMPARE(p.shifts, std::vector<int>{int(i % 3) - 1});
      QCOMPARE(p.pairs.size(), grid.pairs.samples.size());
      int64_t right = 0;
      for (const auto& pair : p.pairs) right += pair.right;
      QCOMPARE(p.right, right);
      for (const double s : p.sparsities) QVERIFY(s >= 0 && s <= 1);
    }
    // Unmoved, the plan meets its target; moved, only that component is another.
    QVERIFY(std::abs(grid.plans[1].achieved - 0.5) < 1e-3);
    QVERIFY(grid.plans[0].achieved < grid.plans[1].achieved);
    for (size_t g = 0; g < grid.groups.size(); ++g) {
      const bool moves = grid.groups[g].component == grid.components[0];
      QCOMPARE(grid.plans[2].sparsities[g] != grid.plans[1].sparsities[g], moves);
    }
  }

  // The last plan, pruned and asked by itself.
  void answersAreTheModels() {
    const auto& grid = m_content.grid;
    const auto& point = grid.plans.back();
    Plan plan = makePlan(scoresOf(*m_model), {.target = point.target});
    for (size_t g = 0; g < plan.groups.size(); ++g) plan.groups[g].sparsity = point.sparsities[g];
    const auto pruned = pruneModel(*m_model, plan, m_calibration, m_content.prune, {});
    const auto asked = evaluateModel(*pruned.model, grid.pairs, {});
    QCOMPARE(asked.pairs.size(), point.pairs.size());
    const auto data = dataIn(m_page);
    const auto& stored = data["plans"].back();
    for (size_t i = 0; i < asked.pairs.size(); ++i) {
      QCOMPARE(asked.pairs[i].answer, point.pairs[i].answer);
      const auto number = stored["answers"][i].get<size_t>();
      QCOMPARE(data["texts"][number].get<std::string>(), asked.pairs[i].answer);
      QCOMPARE(stored["right"].get<std::string>()[i] == '1', asked.pairs[i].right);
    }
    QCOMPARE(stored["achieved"].get<double>(), pruned.sparsity);
  }

  void needsNothingBesideIt() {
    QVERIFY(m_page.size() < 15'000'000);
    // One name of a namespace is all that looks like an address.
    std::string rest = std::regex_replace(m_page, std::regex("http://www.w3.org/2000/svg"), "");
    QVERIFY(rest.find("http://") == std::string::npos && rest.find("https://") == std::string::npos);
    QVERIFY(rest.find("<link") == std::string::npos && rest.find("@import") == std::string::npos);
    QVERIFY(rest.find("fetch(") == std::string::npos);
    // The title ends neither the page's head nor its data.
    QVERIFY(m_page.find("<b>title</b>") == std::string::npos);
    QCOMPARE(dataIn(m_page)["title"].get<std::string>(), m_content.title);
    const auto data = dataIn(m_page);
    QCOMPARE(data["format"], "espalier/interactive-report");
    QVERIFY(!data["pictures"].empty());
    for (const auto& p : data["pictures"])
      QVERIFY(p.get<std::string>().starts_with("data:image/png;base64,"));
    // As many placeholders as there are are filled.
    QVERIFY(m_page.find("%DATA%") == std::string::npos && m_page.find("%TITLE%") == std::string::npos);
  }

  void picturesBeyondTheLimitAreLeftOut() {
    const auto data = interactiveData(m_content, {.pictureBytes = 1});
    QVERIFY(data["pictures"].empty());
    QCOMPARE(data["picturesLeftOut"], true);
    for (const auto& p : data["pairs"]) QCOMPARE(p["picture"], -1);
  }

  void refusesWhatIsOutOfRange() {
    const auto grid = [&](const GridOptions& options) {
      measureGrid(m_model, scoresOf(*m_model), m_calibration, m_content.grid.pairs, m_content.prune, options,
                  {});
    };
    QVERIFY_THROWS_EXCEPTION(Error, grid({.targets = {}}));
    QVERIFY_THROWS_EXCEPTION(Error, grid({.targets = {1.5}}));
    QVERIFY_THROWS_EXCEPTION(Error, grid({.step = 0.7}));
  }

  // In a browser, by mouse and keys (page_driver.py drives Chromium). Without one, what the page's script has
  // to find in the page is checked.
  void worksInABrowser() {
    const QString page = pageFile();
    const QString chromium = QStandardPaths::findExecutable("chromium");
    if (chromium.isEmpty()) {
      static const std::regex uses("by\\('([a-zA-Z]+)'\\)");
      int found = 0;
      for (std::sregex_iterator it(m_page.begin(), m_page.end(), uses), end; it != end; ++it, ++found)
        QVERIFY2(m_page.find("id=\"" + it->str(1) + "\"") != std::string::npos, it->str(1).c_str());
      QVERIFY(found > 10);
      return;
    }
    QProcess driver;
    driver.setProcessChannelMode(QProcess::MergedChannels);
    driver.start(QFileInfo::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3",
                 {ESPALIER_SOURCE_DIR "/tests/core/report/page_driver.py", chromium, page});
    QVERIFY(driver.waitForFinished(120'000));
    const auto said = driver.readAll();
    QVERIFY2(driver.exitCode() == 0, said.constData());
  }
};

QTEST_GUILESS_MAIN(InteractiveReportTest)
#include "interactive_report_test.moc"
