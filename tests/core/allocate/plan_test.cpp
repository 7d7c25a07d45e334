#include "core/allocate/plan.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <cmath>

#include "core/allocate/sparsity_yaml.h"
#include "core/base/error.h"
#include "core/base/file.h"

using namespace espalier;
using nlohmann::json;

namespace {

Plan sample() {
  Plan p;
  p.target = 0.5;
  p.cap = 0.7;
  p.granularity = Granularity::Component;
  p.aggregate = Aggregate::Average;
  p.allocator = "owl";
  p.options = {{"lambda", 0.05}};
  p.groups = {
      {"vision", "vision", 300, 1.5, 0.25, 1.0 / 3, false, {"v.0.weight", "v.1.weight"}, json::object()},
      {"text", "text", 100, 0.5, 0, 0.7, true, {"t.0.weight"}, json::object()}};
  return p;
}

}  // namespace

class PlanTest : public QObject {
  Q_OBJECT
 private:
  QTemporaryDir m_folder;
  std::filesystem::path at(const char* name) const { return m_folder.filePath(name).toStdString(); }

  std::string refusal(const json& file) const {
    writeFileAtomically(at("bad.json"), file.dump());
    try {
      readPlan(at("bad.json"));
    } catch (const Error& e) {
      return e.what();
    }
    return {};
  }

  std::string yamlRefusal(const std::string& text) const {
    try {
      parseSparsityYaml(text, "plan.yaml");
    } catch (const Error& e) {
      return e.what();
    }
    return {};
  }

 private Q_SLOTS:
  void roundTrip() {
    const Plan p = sample();
    writePlan(at("p.json"), p);
    const Plan r = readPlan(at("p.json"));
    QCOMPARE(r.target, p.target);
    QCOMPARE(r.cap, p.cap);
    QVERIFY(r.granularity == p.granularity);
    QVERIFY(r.aggregate == p.aggregate);
    QCOMPARE(r.allocator, p.allocator);
    QVERIFY(r.options == p.options);
    QCOMPARE(r.groups.size(), p.groups.size());
    for (size_t i = 0; i < r.groups.size(); ++i) {
      QCOMPARE(r.groups[i].name, p.groups[i].name);
      QCOMPARE(r.groups[i].component, p.groups[i].component);
      QCOMPARE(r.groups[i].parameters, p.groups[i].parameters);
      QVERIFY(r.groups[i].score == p.groups[i].score);
      QVERIFY(r.groups[i].standardError == p.groups[i].standardError);
      QVERIFY(r.groups[i].sparsity == p.groups[i].sparsity);
      QCOMPARE(r.groups[i].pinned, p.groups[i].pinned);
      QVERIFY(r.groups[i].matrices == p.groups[i].matrices);
    }
  }

  void lookUps() {
    const Plan p = sample();
    QCOMPARE(*p.sparsityOf("v.1.weight"), 1.0 / 3);
    QCOMPARE(*p.sparsityOf("t.0.weight"), 0.7);
    QVERIFY(!p.sparsityOf("lm_head.weight"));
    QCOMPARE(p.sparsities().size(), 3u);
    QCOMPARE(p.parameters(), 400);
    QCOMPARE(p.achievedSparsity(), 1 - (200 + 30) / 400.0);
  }

  void unknownKeysAreKept() {
    writePlan(at("p.json"), sample());
    json file = readJsonFile(at("p.json"));
    file["note"] = "by hand";
    file["groups"][1]["colour"] = "green";
    writeFileAtomically(at("p.json"), file.dump());
    writePlan(at("q.json"), readPlan(at("p.json")));
    QVERIFY(readJsonFile(at("q.json")) == file);
  }

  void otherFilesAreRefused() {
    writePlan(at("p.json"), sample());
    const json good = readJsonFile(at("p.json"));
    const auto says = [&](const std::function<void(json&)>& spoil, const char* what) {
      json file = good;
      spoil(file);
      const std::string said = refusal(file);
      return QString::fromStdString(said).contains(what) && QString::fromStdString(said).contains("bad.json");
    };
    QVERIFY(says([](json& f) { f["version"] = 7; }, "version 7"));
    QVERIFY(says([](json& f) { f["format"] = "espalier/scores"; }, "espalier/scores"));
    QVERIFY(says([](json& f) { f["granularity"] = "row"; }, "layer, block, component"));
    QVERIFY(says([](json& f) { f.erase("groups"); }, "\"groups\""));
    QVERIFY(says([](json& f) { f["options"]["lambda"] = "x"; }, "lambda"));
    QVERIFY(says([](json& f) { f["groups"][0]["sparsity"] = 1.5; }, "vision"));
    QVERIFY(says([](json& f) { f["groups"][0]["sparsity"] = nullptr; }, "sparsity"));
    QVERIFY(says([](json& f) { f["groups"][0]["matrices"][0] = 4; }, "vision"));
    QVERIFY(says([](json& f) { f["groups"][0]["matrices"][0] = "t.0.weight"; }, "t.0.weight"));
    QVERIFY(says([](json& f) { f["groups"][1]["name"] = "vision"; }, "vision"));
    QVERIFY(says([](json& f) { f["groups"][1]["pinned"] = 1; }, "pinned"));
    QVERIFY(says([](json& f) { f["target"] = 2; }, "target"));
    QVERIFY(says([](json& f) { f["groups"][1]["parameters"] = INT64_MAX; },
                 "more than 1125899906842624 weights"));
  }

  void namesOfChoices() {
    for (const char* name : {"layer", "block", "component"}) QCOMPARE(nameOf(granularityNamed(name)), name);
    for (const char* name : {"sum", "avg", "mean"}) QCOMPARE(nameOf(aggregateNamed(name)), name);
    QVERIFY_EXCEPTION_THROWN(granularityNamed("Block"), Error);
    QVERIFY_EXCEPTION_THROWN(aggregateNamed(""), Error);
  }

  void yamlRoundTrip() {
    Plan p = sample();
    p.groups[1].sparsity = 1e-7;
    writeSparsityYaml(at("p.yaml"), p);
    const std::string text = readTextFile(at("p.yaml"));
    QVERIFY2(text.find("t.0.weight: 1.0e-07") != std::string::npos, text.c_str());
    const auto r = readSparsityYaml(at("p.yaml"));
    QCOMPARE(r.size(), 3u);
    for (const auto& [name, sparsity] : r) QVERIFY(sparsity == *p.sparsityOf(name));
    p.groups[0].sparsity = 1;
    p.groups[1].sparsity = 0;
    writeSparsityYaml(at("p.yaml"), p);
    QCOMPARE(readTextFile(at("p.yaml")), "v.0.weight: 1.0\nv.1.weight: 1.0\nt.0.weight: 0.0\n");
  }

  void yamlForms() {
    const auto r =
        parseSparsityYaml("---\n# all of it\n\na.b: 0.5  # half\n'c d': .25\n\"e\": 1\r\nf: 5.0e-01", "x");
    QCOMPARE(r.size(), 4u);
    QCOMPARE(r[0].first, "a.b");
    QCOMPARE(r[0].second, 0.5);
    QCOMPARE(r[1].first, "c d");
    QCOMPARE(r[1].second, 0.25);
    QCOMPARE(r[2].second, 1.0);
    QCOMPARE(r[3].second, 0.5);
    QVERIFY(parseSparsityYaml("", "x").empty());
    for (const char* bad :
         {"a: 0.5\nb 0.5", "a: 0.5\nb: .nan", "a: 0.5\nb: 1.5", "a: 0.5\n  b: 0.1", "a: 0.5\n- 0.1",
          "a: 0.5\na: 0.4", "a: 0.5\nb: 0.1x", "a: 0.5\nb:", "a: 0.5\n{b: 0.1}"}) {
      const QString said = QString::fromStdString(yamlRefusal(bad));
      QVERIFY2(said.contains("plan.yaml, line 2"), bad);
    }
  }

  void planFromYaml() {
    const std::vector<MatrixScore> matrices{{"v.0.a", "v.0", "vision", 100, 1, 0, {}},
                                            {"v.0.b", "v.0", "vision", 300, 2, 0, {}},
                                            {"t.0.a", "t.0", "text", 100, 3, 0, {}}};
    const Plan blocks = planFromSparsities(matrices, {{"t.0.a", 0.2}, {"v.0.a", 0.5}, {"v.0.b", 0.5}});
    QVERIFY(blocks.granularity == Granularity::Block);
    QCOMPARE(blocks.groups.size(), 2u);
    QCOMPARE(blocks.groups[0].sparsity, 0.5);
    QCOMPARE(blocks.groups[0].score, 3.0);
    QCOMPARE(blocks.target, 0.44);
    QCOMPARE(blocks.cap, 0.5);
    QVERIFY(blocks.groups[1].pinned);
    const Plan layers = planFromSparsities(matrices, {{"t.0.a", 0.2}, {"v.0.a", 0.5}, {"v.0.b", 0.6}});
    QVERIFY(layers.granularity == Granularity::Layer);
    QCOMPARE(*layers.sparsityOf("v.0.b"), 0.6);
    writePlan(at("imported.json"), layers);
    QCOMPARE(*readPlan(at("imported.json")).sparsityOf("v.0.b"), 0.6);
    QVERIFY_EXCEPTION_THROWN(planFromSparsities(matrices, {{"t.0.a", 0.2}, {"v.0.a", 0.5}}), Error);
    QVERIFY_EXCEPTION_THROWN(
        planFromSparsities(matrices, {{"t.0.a", 0.2}, {"v.0.a", 0.5}, {"v.0.b", 0.6}, {"other", 0.1}}),
        Error);
  }
};

QTEST_APPLESS_MAIN(PlanTest)
#include "plan_test.moc"
