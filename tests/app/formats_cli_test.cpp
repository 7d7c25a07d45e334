// docs/formats.md lists every key of the files that are written, and no others.
#include <QtTest/QtTest>
#include <algorithm>
#include <fstream>
#include <set>

#include "core/allocate/planner.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/bench/synthetic.h"
#include "core/data/data_options.h"
#include "core/document/lesson.h"
#include "core/document/project.h"
#include "core/document/recipe.h"
#include "core/document/runs.h"
#include "core/engine/evaluation_file.h"
#include "core/engine/recover_model.h"
#include "core/report/interactive_report.h"
#include "core/samples/sample_folder.h"

using namespace espalier;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

// The keys of a section's tables, by its heading. A paragraph "Steps of `x`:" begins a section of its own.
std::map<std::string, std::set<std::string>> documentedKeys() {
  std::map<std::string, std::set<std::string>> out;
  std::ifstream in(fs::path(ESPALIER_SOURCE_DIR) / "docs/formats.md");
  std::string section;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) section = line.substr(3, line.find(':') - 3);
    if (line.starts_with("Steps of ")) section = line.substr(0, line.size() - 1);
    if (line.starts_with("| `")) out[section].insert(line.substr(3, line.find('`', 3) - 3));
  }
  return out;
}

// The paths of all values: "groups[].sparsity". Empty lists and objects have none.
void addPaths(const json& value, const std::string& path, std::set<std::string>& out) {
  if (value.is_object()) {
    for (const auto& [key, inside] : value.items())
      addPaths(inside, path.empty() ? key : path + "." + key, out);
  } else if (value.is_array()) {
    for (const auto& inside : value) addPaths(inside, path + "[]", out);
  } else {
    out.insert(path);
  }
}

// "options.*" stands for all that is below "options".
bool covers(const std::string& documented, const std::string& path) {
  if (!documented.ends_with(".*")) return documented == path;
  const auto above = documented.substr(0, documented.size() - 1);
  return path.starts_with(above) || path.starts_with(documented.substr(0, documented.size() - 2) + "[");
}

// The part of an object or a list at a path such as "steps[].plan", from each entry.
std::vector<json> partsAt(const json& value, const std::string& path) {
  if (path.empty()) return {value};
  if (path.starts_with("[]")) {
    std::vector<json> out;
    for (const auto& inside : value)
      for (auto& part : partsAt(inside, path.substr(2))) out.push_back(std::move(part));
    return out;
  }
  const auto rest = path.substr(path.starts_with('.') ? 1 : 0);
  const auto end = std::min(rest.find('.'), rest.find('['));
  const auto key = rest.substr(0, end);
  if (!value.is_object() || !value.contains(key)) return {};
  return partsAt(value[key], end == std::string::npos ? "" : rest.substr(end));
}

Scores everyScore() {
  Scores s;
  s.method = "zeroth-order", s.model = "model", s.data = "data";
  s.samples = 4, s.batchSize = 2, s.draws = 1, s.eps = 1e-3, s.seed = 3;
  s.extra["rescore"] = {{"parts", 4}, {"target", 0.4}};
  for (int b = 0; b < 3; ++b)
    s.matrices.push_back({"layers." + std::to_string(b) + ".weight",
                          "layers." + std::to_string(b),
                          "vision",
                          100 + b,
                          1.0 + b,
                          0.1,
                          json::object(),
                          {{"outliers", 0.5}}});
  return s;
}

Plan everyPlan() {
  auto plan = makePlan(everyScore(), {.target = 0.4});
  plan.options["damping"] = 0.25;
  plan.componentCaps["vision"] = 0.6;
  plan.groups[0].pinned = true;
  plan.groups[0].statistics["outliers"] = 0.5;
  return plan;
}

Evaluation everyEvaluation() {
  PairResult pair{0, "red", true, 0.5, 1};
  pair.pictureRank = 1, pair.textRank = 2;
  pair.candidates = {{0, 0.5, true}};
  pair.tokens = {{"red", 0.5}};
  pair.expected = "red", pair.prompt = "USER: what?";
  Evaluation e{{pair}, 1.5, "vqa", {{"VQA accuracy", 0.5}}};
  e.problems = {{"x.png", "is cut short"}};
  e.asked = 2;
  return e;
}

Run everyRun() {
  Run run;
  run.id = "0123456789abcdef", run.from = "model", run.plan = {{"encoder.block.0", 0.5}}, run.seconds = 1;
  run.data = "data", run.right = 1, run.total = 2, run.answers = {true, false}, run.tags = {"tag"};
  run.measured.emplace();
  return run;
}

}  // namespace

class FormatsCliTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  std::map<std::string, std::set<std::string>> m_documented = documentedKeys();

  fs::path out(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }
  fs::path model() const { return out("t5") / "model"; }
  fs::path data() const { return out("t5") / "data"; }

  // What the file holds beside its format is what the section lists, and the other way round.
  void compare(const std::string& section, json content, const std::string& kind = {}) {
    if (!kind.empty()) QCOMPARE(content.value("format", ""), "espalier/" + kind);
    QCOMPARE(content.contains("format"), !kind.empty());
    content.erase("format");
    content.erase("version");
    std::set<std::string> written;
    addPaths(content, "", written);
    compare(section, written);
  }
  void compare(const std::string& section, const std::set<std::string>& written) {
    const auto& documented = m_documented[section];
    QVERIFY2(!documented.empty(), ("docs/formats.md has no table under " + section).c_str());
    for (const auto& path : written)
      QVERIFY2(
          std::any_of(documented.begin(), documented.end(), [&](const auto& d) { return covers(d, path); }),
          (section + " writes " + path + ", which docs/formats.md does not list").c_str());
    for (const auto& key : documented)
      QVERIFY2(std::any_of(written.begin(), written.end(), [&](const auto& w) { return covers(key, w); }),
               ("docs/formats.md lists " + key + " under " + section + ", which is not written").c_str());
  }
  // A part of a file that another section describes: every key of it is listed there.
  void within(const std::string& section, const json& content, const std::string& at) {
    const auto parts = partsAt(content, at);
    QVERIFY2(!parts.empty(), at.c_str());
    for (const auto& part : parts) {
      std::set<std::string> written;
      addPaths(part, "", written);
      for (const auto& path : written) {
        const auto& documented = m_documented[section];
        QVERIFY2(
            std::any_of(documented.begin(), documented.end(), [&](const auto& d) { return covers(d, path); }),
            (at + " has " + path + ", which docs/formats.md does not list under " + section).c_str());
      }
    }
  }
  // The lines of a journal without the head, checked to be one.
  std::vector<json> stepsOf(const fs::path& file, const std::string& kind) {
    std::vector<json> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
    if (lines.size() < 2) return {};
    compare("Journal", lines[0], "journal");
    if (lines[0]["version"] != 2 || lines[0]["kind"] != kind) return {};
    return {lines.begin() + 1, lines.end()};
  }
  // Runs a job until it has done so many steps.
  template <typename Job>
  void stopAfter(int64_t steps, const Job& job) {
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    control.onProgress = [&](const Progress& p) {
      if (p.done >= steps) stop.request_stop();
    };
    try {
      job(control);
      QFAIL("The job ended before it was stopped.");
    } catch (const Cancelled&) {
    }
  }
  void compareSteps(const std::string& kind, const std::vector<json>& steps) {
    QVERIFY(!steps.empty());
    std::set<std::string> written;
    for (const auto& step : steps) addPaths(step, "", written);
    compare("Steps of `" + kind + "`", written);
  }

 private Q_SLOTS:
  void initTestCase() {
    BenchShape shape = benchShapeNamed("t5-512");
    shape.config["d_model"] = 32, shape.config["d_ff"] = 48, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 2;
    shape.config["vocab_size"] = 300;
    writeSyntheticModel(shape, out("t5"), {});
  }

  void scores() {
    writeScores(out("scores.json"), everyScore());
    compare("Scores", readJsonFile(out("scores.json")), "scores");
  }

  void plan() {
    writePlan(out("plan.json"), everyPlan());
    compare("Plan", readJsonFile(out("plan.json")), "plan");
  }

  void evaluation() {
    Dataset dataset;
    dataset.path = "data";
    dataset.samples = {{{}, "what?", "red", "colour"}, {{}, "what?", "red", "colour"}};
    writeEvaluation(out("evaluation.json"), everyEvaluation(), dataset, {"model", "0123456789abcdef", {}});
    compare("Evaluation", readJsonFile(out("evaluation.json")), "evaluation");
  }

  void lesson() {
    Lesson lesson{"l", "Title", "Summary", 45, {}, {"A paragraph."}};
    LessonQuestion choice{"choice", "?", {"a", "b"}, 1};
    choice.hint = "h", choice.right = "r", choice.wrong = "w";
    LessonQuestion number{"number", "?"};
    number.value = "loss", number.within = 0.1;
    LessonQuestion compare{"compare", "?"};
    compare.first = "a", compare.second = "b";
    for (const auto& q : {choice, number, compare}) {
      LessonStep step{"One", "Words", "y = x", "picture.png", "results", {{"remember", "a", 0.5}}, "answers"};
      step.question = q;
      step.chart = true;
      lesson.steps.push_back(step);
    }
    writeLesson(out("l.lesson"), lesson);
    this->compare("Lesson", readJsonFile(out("l.lesson")), "lesson");
  }

  void interactiveReport() {
    InteractiveContent content;
    content.grid.groups = everyPlan().groups;
    content.grid.components = {"vision"};
    content.grid.pairs.samples = {
        {fs::path(ESPALIER_SOURCE_DIR) / "resources/icons/none.png", "what?", "red", "colour"},
        {sampleFolder() / "pairs/pairs-0000.png", "what?", "red", "colour"}};
    content.grid.dense = everyEvaluation();
    content.grid.dense.pairs.push_back(content.grid.dense.pairs[0]);
    content.grid.plans.push_back({0.5, {1}, {0.5, 0.5, 0.5}, 0.5, content.grid.dense.pairs, 0.5, 1});
    compare("Interactive report", interactiveData(content), "interactive-report");
  }

  void options() {
    std::set<std::string> score, prune, recover, data;
    for (const auto& f : scoreFields()) score.insert(f.key);
    compare("Scoring options", score);
    for (const auto& f : pruneFields()) prune.insert(f.key);
    compare("Pruning options", prune);
    for (const auto& f : recoverFields()) recover.insert(f.key);
    compare("Recovery options", recover);
    DataOptions all{"metadata", "val", "pictures", {}, {"Bild", "Frage", "Text"}};
    addPaths(toJson(all), "", data);
    compare("Data options", data);
  }

  // Both forms of a recipe: with a plan, and as an exported model has it.
  void recipe() {
    Recipe r;
    r.model = model(), r.calibration = r.evaluation = data(), r.output = out("pruned");
    r.calibrationOptions.format = r.evaluationOptions.format = "metadata";
    r.prompt = PromptForm::Plain;
    r.score.method = "magnitude";
    r.allocate = {.target = 0.5};
    r.allocate.cap = 0.6, r.allocate.aggregate = Aggregate::Sum;
    r.prune.criterion = "wanda", r.prune.samples = 2, r.prune.batchSize = 2;
    r.recover.methods = "rebuild", r.recover.rebuildSteps = 2;
    r.recover.samples = 4, r.recover.batchSize = 2;
    runRecipe(r, out("work"), {});
    auto written = readJsonFile(out("pruned") / "espalier-recipe.json");
    auto given = r;
    given.allocate.options["damping"] = 0.1;
    given.allocate.componentCaps["language encoder"] = 0.6;
    given.allocate.pins["encoder.block.0"] = 0.3;
    given.plan["encoder.block.0"] = 0.3;
    written.update(toJson(given));
    compare("Recipe", written, "recipe");
    within("Scoring options", written, "score");
    within("Pruning options", written, "prune");
    within("Recovery options", written, "recover");
    within("Data options", written, "calibrationOptions");
    within("Data options", written, "evaluationOptions");

    for (const char* stage : {"scores", "before", "after"})
      compare("Work folder of a recipe", readJsonFile(out("work") / (std::string(stage) + ".made-by.json")));
    QCOMPARE(readJsonFile(out("work") / "scores.json")["format"], "espalier/scores");
    QCOMPARE(readJsonFile(out("work") / "plan.json")["format"], "espalier/plan");
    QCOMPARE(readJsonFile(out("work") / "after.json")["format"], "espalier/evaluation");
    compareSteps("prune", stepsOf(out("work") / "pruned" / "journal.jsonl", "prune"));
    QVERIFY(fs::exists(out("work") / "pruned" / "block-0.safetensors"));
    compareSteps("recover", stepsOf(out("work") / "recovered" / "journal.jsonl", "recover"));
    QVERIFY(fs::exists(out("work") / "recovered" / "block-0.safetensors"));
  }

  void runs() {
    const auto run = everyRun();
    writeRuns(out("runs.json"), {{run}});
    compare("Runs", readJsonFile(out("runs.json")), "runs");
  }

  void project() {
    Project p;
    p.model = "model", p.calibration = p.pairs = "data";
    p.prompt = PromptForm::Chat;
    p.calibrationOptions.split = p.pairsOptions.split = "val";
    p.scores.push_back({everyScore(), true});
    ProjectStep first{"", everyPlan(), 0, true, {}};
    ProjectStep second{"Drag", everyPlan(), 0, false, {}};
    second.choices.score.seed = 9, second.choices.prune.seed = 9;
    second.choices.recover.seed = 9, second.recovered = 0;
    RecoveryReport report{"rebuild", "layers.0", "relative error", 0.5, 0.25, 2, 2, 100, 200, "note"};
    report.curve = {{"rebuild", "layers.0", 1, 2, 0.4, 0.3}};
    p.recoveries = {{{.methods = "rebuild"}, {report}, {"too few samples"}, 0.4, true}};
    p.steps = {first, second};
    p.savedPlans = {{"careful", everyPlan(), MeasuredPlan{everyEvaluation(), {}, 0.4, "rebuild"}}};
    p.dense = p.pruned = everyEvaluation();
    p.prunedPlan = everyPlan();
    p.prunedRecovered = 0;
    p.sweep.push_back({"Uniform Wanda", 0.5, 0.49, 3, {{"colour", 3, 4, 0.25}}, {{"perplexity", 9}}});
    p.sensitivities.push_back({{}, {{"layers.0", {{0, 0.5}, {0, 0.1}}}}});
    p.scoresByMethod.push_back(everyScore());
    p.runs = {everyRun()};
    writeProject(out("work.espalier"), p);
    const auto written = readJsonFile(out("work.espalier"));
    compare("Project", written, "project");
    for (const char* at : {"calibration_options", "pairs_options"}) within("Data options", written, at);
    for (const char* at : {"score_options", "steps[].score_options"}) within("Scoring options", written, at);
    for (const char* at : {"prune_options", "steps[].prune_options", "saved_plans[].measured.options",
                           "pruned.options", "sensitivities[].prune_options"})
      within("Pruning options", written, at);
    for (const char* at : {"recover_options", "steps[].recover_options", "recoveries[].options"})
      within("Recovery options", written, at);
    for (const char* at : {"steps[].plan", "saved_plans[].plan", "pruned.plan"}) within("Plan", written, at);
    within("Evaluation", written, "dense");
    within("Point of a study", written, "sweep[]");
    within("Runs", json{{"runs", written["runs"]}}, "");
    auto scores = written["scores"][0];
    scores.erase("measured");
    within("Scores", scores, "");
    within("Scores", written, "other_scores[]");
    auto measured = written["saved_plans"][0]["measured"];
    measured.erase("options"), measured.erase("sparsity"), measured.erase("recovered");
    within("Evaluation", measured, "");
  }

  void study() {
    QProcess p;
    p.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli",
            {"study", QString::fromStdString(model()), "--data", QString::fromStdString(data()), "--test",
             QString::fromStdString(data()), "--methods", "Uniform magnitude", "--sparsities", "0.5",
             "--seeds", "0", "--out", QString::fromStdString(out("study"))});
    QVERIFY(p.waitForFinished(120'000));
    QVERIFY2(p.exitCode() == 0, p.readAllStandardError().constData());
    const auto results = readJsonFile(out("study") / "results.json");
    compare("Study", results, "study");
    within("Point of a study", results, "points[]");
    json point;
    for (const auto& entry : fs::directory_iterator(out("study") / "points"))
      if (entry.path().extension() == ".json") point = readJsonFile(entry.path());
    point["metrics"]["perplexity"] = 9;  // those of the task at hand, which has none
    compare("Point of a study", point, "study-point");
  }

  void journals() {
    const auto opened = openModel(model());
    const auto pairs = openDataset(data());
    ScoreOptions score;
    score.method = "first-order", score.statistics = true;
    score.samples = 4, score.batchSize = 2;
    score.journal.path = out("scores.json.journal");
    scoreModel(*opened, pairs, score, {});
    compareSteps("score", stepsOf(score.journal.path, "score"));

    AnswerOptions answers;
    answers.journal.path = out("answers.json.journal");
    stopAfter(1, [&](const JobControl& control) { evaluateModel(*opened, pairs, control, {}, {}, answers); });
    const auto steps = stepsOf(answers.journal.path, "evaluate");
    compareSteps("evaluate", steps);
    for (const auto& step : steps) within("Evaluation", json{{"pairs", step["pairs"]}}, "");
  }
};

QTEST_APPLESS_MAIN(FormatsCliTest)
#include "formats_cli_test.moc"
