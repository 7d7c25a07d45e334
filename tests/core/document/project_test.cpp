#include "core/document/project.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <cmath>
#include <fstream>

#include "core/allocate/planner.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

namespace {

Scores someScores() {
  Scores s;
  s.method = "zeroth-order";
  for (int b = 0; b < 4; ++b) {
    MatrixScore m;
    m.matrix = "layers." + std::to_string(b) + ".weight";
    m.block = "layers." + std::to_string(b);
    m.component = "vision";
    m.parameters = 100 + b;
    m.score = 1 + b;
    s.matrices.push_back(m);
  }
  return s;
}

Project someProject(const fs::path& folder) {
  Project p;
  p.model = folder / "model";
  p.pairs = "/elsewhere/pairs";
  p.pairsOptions.split = "val";
  p.prompt = PromptForm::Plain;
  p.calibrationOptions.format = "karpathy";
  p.scoreOptions.samples = 7;
  p.pruneOptions.criterion = "sparsegpt";
  p.pruneOptions.inputs = "dense";
  p.scores.push_back({someScores(), true});
  ProjectStep first{"", makePlan(someScores(), {}), 0, true, {p.scoreOptions, {}}};
  ProjectStep second{"Drag layers.1",
                     edited(first.plan, {{"layers.1", 0.2}}).plan,
                     0,
                     true,
                     {p.scoreOptions, p.pruneOptions}};
  ProjectStep third{"Target 70 %", second.plan, 0, false, second.choices};
  third.choices.score.seed = 9;
  third.plan.target = 0.7;
  third.plan.groups[0].sparsity = 1.0 / 3;
  p.steps = {first, second, third};
  p.current = 1;
  p.savedPlans = {{"careful", first.plan}};
  p.dense = Evaluation{
      {{0, "a \"quoted\" answer", true, 0.1}, {1, "", false, 1e-9}}, 1.5, "vqa", {{"VQA accuracy", 0.5}}};
  p.pruned = Evaluation{{{0, "other", false, 2}}, 1, "vqa", {{"VQA accuracy", 0.5}}};
  p.prunedPlan = second.plan;
  p.prunedSparsity = 0.4999;
  Run run;
  run.id = "0123456789abcdef", run.name = "60 %", run.folder = (folder / "pruned").string(),
  run.from = "/models/dense";
  run.sparsity = 0.6, run.fileBytes = 400, run.denseBytes = 1000, run.notes = "for the talk";
  p.runs.push_back(run);
  p.sweep.push_back({"Uniform Wanda", 0.5, 0.49, 3, {{"colour", 3, 4, 0.25}}, {}});
  p.extra["note"] = "kept";
  return p;
}

}  // namespace

class ProjectTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Files of before choices were part of the history: what the project was scored and pruned by holds for all
  // steps.
  void stepsWithoutChoicesHaveTheProjects() {
    QTemporaryDir dir;
    const fs::path file = fs::path(dir.path().toStdString()) / "work.espalier";
    const Project p = someProject(dir.path().toStdString());
    writeProject(file, p);
    auto json = readEspalierJson(file, "project");
    for (auto& step : json["steps"]) step.erase("score_options"), step.erase("prune_options");
    writeEspalierJson(file, "project", json);
    for (const auto& step : readProject(file).steps)
      QVERIFY(sameChoices(step.choices, {p.scoreOptions, p.pruneOptions}));
  }

  void everythingComesBack() {
    QTemporaryDir dir;
    const fs::path folder = dir.path().toStdString();
    const fs::path file = folder / "work.espalier";
    const Project p = someProject(folder);
    writeProject(file, p);
    const Project q = readProject(file);
    QCOMPARE(q.model, folder / "model");
    QVERIFY(q.calibration.empty());
    QCOMPARE(q.pairs, fs::path("/elsewhere/pairs"));
    QCOMPARE(q.pairsOptions.split, std::string("val"));
    QCOMPARE(nameOf(q.prompt), std::string("plain"));
    QCOMPARE(q.calibrationOptions.format, std::string("karpathy"));
    QCOMPARE(q.scoreOptions.samples, p.scoreOptions.samples);
    QCOMPARE(q.pruneOptions.criterion, p.pruneOptions.criterion);
    QCOMPARE(q.pruneOptions.inputs, std::string("dense"));
    QCOMPARE(q.steps.size(), size_t(3));
    for (size_t i = 0; i < 3; ++i) {
      QCOMPARE(q.steps[i].text, p.steps[i].text);
      QCOMPARE(q.steps[i].capFollowsTarget, p.steps[i].capFollowsTarget);
      QVERIFY(toJson(q.steps[i].plan) == toJson(p.steps[i].plan));
      QVERIFY(sameChoices(q.steps[i].choices, p.steps[i].choices));
    }
    QCOMPARE(q.current, size_t(1));
    QCOMPARE(q.savedPlans.at(0).name, std::string("careful"));
    QCOMPARE(q.dense->pairs[0].answer, p.dense->pairs[0].answer);
    QCOMPARE(q.dense->pairs[1].loss, 1e-9);
    QCOMPARE(q.dense->task, std::string("vqa"));
    QCOMPARE(q.dense->metrics.at("VQA accuracy"), 0.5);
    QCOMPARE(q.prunedSparsity, 0.4999);
    QCOMPARE(q.sweep.at(0).kinds.at(0).right, int64_t(3));
    QCOMPARE(q.runs.at(0).folder, (folder / "pruned").string());
    QCOMPARE(readEspalierJson(file, "project")["runs"][0]["folder"], "pruned");
    QCOMPARE(q.runs[0].from, std::string("/models/dense"));
    QCOMPARE(q.runs[0].notes, std::string("for the talk"));
    QCOMPARE(q.extra["note"].get<std::string>(), std::string("kept"));
    // Written again it is the same file, byte by byte.
    writeProject(folder / "again.espalier", q);
    QCOMPARE(readTextFile(folder / "again.espalier"), readTextFile(file));
  }

  // A model that was pruned too far gives losses that are infinite or no numbers. Its project opens again.
  void resultsThatAreNoNumbersComeBack() {
    QTemporaryDir dir;
    const fs::path file = fs::path(dir.path().toStdString()) / "work.espalier";
    const double infinite = std::numeric_limits<double>::infinity();
    Project p = someProject(dir.path().toStdString());
    p.pruned->pairs[0].loss = std::nan("");
    p.pruned->metrics["perplexity"] = infinite;
    p.sweep[0].kinds[0].loss = infinite;
    p.sweep[0].metrics["perplexity"] = infinite;
    p.sensitivities = {{p.pruneOptions, {{"layers.0", {{0, 0.8}, {1.5, infinite}}}}}};
    writeProject(file, p);
    const Project q = readProject(file);
    QVERIFY(std::isnan(q.pruned->pairs.at(0).loss) && std::isnan(q.pruned->metrics.at("perplexity")));
    QCOMPARE(q.pruned->metrics.at("VQA accuracy"), 0.5);
    QVERIFY(std::isnan(q.sweep.at(0).kinds.at(0).loss) && std::isnan(q.sweep[0].metrics.at("perplexity")));
    const auto& curve = q.sensitivities.at(0).curves.at("layers.0");
    QVERIFY(curve.value.at(0) == 1.5 && std::isnan(curve.value.at(1)));
  }

  // Counts are whole and in range, or the file is refused; they are never cut.
  void countsAreNeitherCutNorWrapped() {
    QTemporaryDir dir;
    const fs::path file = fs::path(dir.path().toStdString()) / "work.espalier";
    writeProject(file, someProject(dir.path().toStdString()));
    const auto json = readEspalierJson(file, "project");
    for (const char* place :
         {"/current", "/steps/1/scores", "/sweep/0/kinds/0/right", "/dense/pairs/0/sample"})
      for (const auto& value : {nlohmann::json(1e300), nlohmann::json(0.5), nlohmann::json("1")}) {
        auto changed = json;
        changed[nlohmann::json::json_pointer(place)] = value;
        writeEspalierJson(file, "project", changed);
        const QString said = errorOf([&] { readProject(file); });
        QVERIFY2(said.contains("work.espalier"), place);
      }
  }

  // Files of before there was a choice of inputs were made with those of pruned blocks; a name that is not
  // known is refused with the file's.
  void inputsThatAreNotNamed() {
    QTemporaryDir dir;
    const fs::path file = fs::path(dir.path().toStdString()) / "work.espalier";
    writeProject(file, someProject(dir.path().toStdString()));
    auto json = readEspalierJson(file, "project");
    json["prune_options"].erase("inputs");
    writeEspalierJson(file, "project", json);
    QCOMPARE(readProject(file).pruneOptions.inputs, std::string("pruned"));
    json["prune_options"]["inputs"] = "moon";
    writeEspalierJson(file, "project", json);
    try {
      readProject(file);
      QFAIL("inputs that are not known");
    } catch (const Error& e) {
      QVERIFY2(QString(e.what()).contains("moon") && QString(e.what()).contains("work.espalier"), e.what());
    }
  }

  void movesWithItsFolder() {
    QTemporaryDir one, two;
    const fs::path from = fs::path(one.path().toStdString()) / "p",
                   to = fs::path(two.path().toStdString()) / "q";
    fs::create_directory(from);
    writeProject(from / "work.espalier", someProject(from));
    fs::copy(from, to);
    QCOMPARE(readProject(to / "work.espalier").model, to / "model");
  }

  void aStepOverTheSameGroupsIsShort() {
    QTemporaryDir dir;
    const fs::path file = fs::path(dir.path().toStdString()) / "work.espalier";
    Project p = someProject(dir.path().toStdString());
    const auto before = (writeProject(file, p), fs::file_size(file));
    for (int i = 0; i < 100; ++i) p.steps.push_back(p.steps.back());
    writeProject(file, p);
    QVERIFY(fs::file_size(file) < before + 100 * 700);
    QCOMPARE(readProject(file).steps.size(), size_t(103));
  }

  void refusesWhatIsNoProject() {
    QTemporaryDir dir;
    const fs::path file = fs::path(dir.path().toStdString()) / "work.espalier";
    const auto write = [&](const std::string& text) { std::ofstream(file) << text; };
    write("{\"format\": \"espalier/plan\", \"version\": 1}");
    QVERIFY_THROWS_EXCEPTION(Error, readProject(file));
    write("{\"format\": \"espalier/project\", \"version\": 2}");
    QVERIFY_THROWS_EXCEPTION(Error, readProject(file));
    write("{\"format\": \"espalier/project\", \"version\": 1}");
    QVERIFY_THROWS_EXCEPTION(Error, readProject(file));
    for (const char* rest :
         {"\"steps\": [{\"scores\": 3, \"plan\": {}}]", "\"steps\": 4", "\"dense\": {}", "\"current\": 9",
          "\"saved_plans\": [1]", "\"scores\": [{}]", "\"steps\": [{\"change\": {}}]"}) {
      write(std::string("{\"format\": \"espalier/project\", \"version\": 1, \"model\": \"m\", ") + rest +
            "}");
      try {
        readProject(file);
        QFAIL(rest);
      } catch (const Error& e) {
        QVERIFY2(std::string(e.what()).find("work.espalier") != std::string::npos, e.what());
      }
    }
    QVERIFY_THROWS_EXCEPTION(Error, readProject(file.string() + ".not-there"));
  }

  void refusesAPinnedGroupThatIsNotThere() {
    QTemporaryDir dir;
    const fs::path file = fs::path(dir.path().toStdString()) / "work.espalier";
    writeProject(file, someProject(dir.path().toStdString()));
    auto json = parseJson(readTextFile(file), "work");
    bool changed = false;
    for (auto& step : json["steps"])
      if (step.contains("change") && !changed) step["change"]["pinned"] = {0}, changed = true;
    QVERIFY(changed);
    const auto pinned = [&](const nlohmann::json& place) {
      for (auto& step : json["steps"])
        if (step.contains("change")) step["change"]["pinned"] = {place};
      std::ofstream(file) << jsonText(json);
    };
    pinned(0);
    readProject(file);
    for (const auto& place : {nlohmann::json(uint64_t(1) << 63), nlohmann::json(-1), nlohmann::json(1e300),
                              nlohmann::json("a")}) {
      pinned(place);
      try {
        readProject(file);
        QFAIL(jsonText(place).c_str());
      } catch (const Error& e) {
        QVERIFY2(std::string(e.what()).find("\"pinned\"") != std::string::npos, e.what());
      }
    }
  }

  void nothingHalfWritten() {
    QTemporaryDir dir;
    const fs::path file = fs::path(dir.path().toStdString()) / "no-such-folder" / "work.espalier";
    QVERIFY_THROWS_EXCEPTION(Error, writeProject(file, someProject(dir.path().toStdString())));
    QVERIFY(!fs::exists(file.parent_path()));
  }
};

QTEST_APPLESS_MAIN(ProjectTest)
#include "project_test.moc"
