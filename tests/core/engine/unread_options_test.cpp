// Options that nothing reads: for every way to score, prune and recover and every option, what is said to
// change nothing changes no bit, and what is read changes something.
#include "core/engine/unread_options.h"

#include <QtTest/QtTest>
#include <set>

#include "core/allocate/planner.h"
#include "core/bench/synthetic.h"
#include "core/engine/open_model.h"
#include "core/engine/recover_model.h"
#include "tests/support/errors.h"
#include "tests/support/same_tensors.h"

using namespace espalier;
using test::errorOf;
using test::sameTensors;
namespace fs = std::filesystem;

namespace {

std::map<std::string, at::Tensor> unreadWeightsOf(const OpenModel& m) {
  std::map<std::string, at::Tensor> out;
  for (const auto& d : m.model->declared()) out[d.name] = m.weights.get(d.name).clone();
  return out;
}

// The options with another value of one field.
template <typename Options>
Options withOther(const OptionField<Options>& field, Options options) {
  std::visit(
      [&](auto member) {
        auto& value = options.*member;
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, bool>)
          value = !value;
        else if constexpr (std::is_same_v<T, std::string>)
          value = field.key == "comparison" ? "matrix" : "dense";
        else if constexpr (std::is_same_v<T, double>)
          value = value == 0 ? 0.5 : value / 2;
        else
          value += 1;
      },
      field.member);
  return options;
}

}  // namespace

class UnreadOptionsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  ModelPtr m_model, m_pruned;
  Dataset m_data;
  Plan m_plan;

  using Numbers = std::vector<std::pair<std::string, double>>;
  Numbers scored(const ScoreOptions& options) const {
    Numbers out;
    for (const auto& m : scoreModel(*m_model, m_data, options, {}).matrices) {
      out.emplace_back(m.matrix, m.score);
      for (const auto& [name, value] : m.statistics) out.emplace_back(m.matrix + " " + name, value);
    }
    return out;
  }
  std::map<std::string, at::Tensor> pruned(const PruneOptions& options) const {
    return unreadWeightsOf(*pruneModel(*m_model, m_plan, m_data, options, {}).model);
  }
  std::map<std::string, at::Tensor> recovered(const RecoverOptions& options) const {
    return unreadWeightsOf(*recoverModel(*m_pruned, m_model, m_data, options, {}, {}).model);
  }

 private Q_SLOTS:
  void initTestCase() {
    BenchShape shape = benchShapeNamed("t5-512");
    shape.dtype = DType::F32;
    shape.config["d_model"] = 32, shape.config["d_ff"] = 48, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 1;
    shape.config["vocab_size"] = 300;
    shape.textLength = 10, shape.answerLength = 4;
    const fs::path folder = m_dir.path().toStdString();
    writeSyntheticModel(shape, folder, {});
    m_model = openModel(folder / "model");
    m_data = openDataset(folder / "data");
    QVERIFY(m_data.samples.size() >= 12);
    ScoreOptions scoring;
    scoring.method = "magnitude";
    PlanRequest request;
    request.target = 0.5;
    request.allocator = "uniform";
    m_plan = makePlan(scoreModel(*m_model, m_data, scoring, {}), request);
    PruneOptions pruning;
    pruning.criterion = "magnitude";
    m_pruned = pruneModel(*m_model, m_plan, m_data, pruning, {}).model;
  }

  void scoring_data() {
    QTest::addColumn<QString>("method");
    for (const auto& m : scoreMethods()) QTest::newRow(m.name.c_str()) << QString::fromStdString(m.name);
  }
  void scoring() {
    QFETCH(QString, method);
    ScoreOptions usual;
    usual.method = method.toStdString();
    usual.samples = 4, usual.batchSize = 2;
    const auto before = scored(usual);
    for (const auto& field : scoreFields()) {
      // Names of methods are no numbers; the model has no bridge; drawing on ends by what was drawn.
      if (field.key == "method" || field.key == "includeBridge" || field.key == "untilStable") continue;
      const auto other = withOther(field, usual);
      const bool same = scored(other) == before;
      const auto why = whyUnread(other, field.key);
      // These are gathered in any case; sums over all tokens are the same in other batches.
      const bool may = usual.method == "local" && (field.key == "statistics" || field.key == "batchSize");
      QVERIFY2(may || same == !why.empty(), qPrintable(QString::fromStdString(field.key + ": " + why)));
    }
    // The target, which is the plan's.
    auto other = usual;
    other.stableTarget = 0.7;
    QCOMPARE(scored(other) == before, !whyUnread(other, "target").empty());
    other.rescore = 2;
    QCOMPARE(whyUnread(other, "target"), std::string());
    QCOMPARE(whyUnread(other, "samples"), std::string());  // the model is pruned by Wanda on the way
  }

  void pruning_data() {
    QTest::addColumn<QString>("criterion");
    QTest::addColumn<QString>("refinement");
    QTest::addColumn<QString>("pattern");
    const auto add = [](const std::string& criterion, const std::string& refinement, const char* pattern) {
      PruneOptions options;
      options.criterion = criterion, options.refinement = refinement, options.pattern = pattern;
      if (!errorOf([&] { checkOptions(options); }).isEmpty()) return;
      QTest::newRow(qPrintable(QString::fromStdString(criterion + " " + refinement + " " + pattern)))
          << QString::fromStdString(criterion) << QString::fromStdString(refinement) << pattern;
    };
    for (const auto& c : pruneCriteria()) {
      for (const char* pattern : {"unstructured", "2:4", "4x1", "units"}) add(c.name, "", pattern);
      if (c.name == "magnitude")
        for (const auto& r : pruneRefinements()) add(c.name, r.name, "unstructured");
    }
  }
  void pruning() {
    QFETCH(QString, criterion);
    QFETCH(QString, refinement);
    QFETCH(QString, pattern);
    PruneOptions usual;
    usual.criterion = criterion.toStdString(), usual.refinement = refinement.toStdString();
    usual.pattern = pattern.toStdString();
    usual.comparison = "row";
    usual.samples = 8, usual.batchSize = 4;
    const auto before = pruned(usual);
    // Other values of these are sure to change a bit of such a model.
    const std::set<std::string> tell{"samples", "seed", "fit", "comparison"};
    for (const auto& field : pruneFields()) {
      if (field.methods || field.key == "pattern") continue;
      const auto other = withOther(field, usual);
      const auto why = whyUnread(usual, field.key);
      if (!errorOf([&] { checkOptions(other); }).isEmpty()) continue;
      const bool same = sameTensors(pruned(other), before);
      QVERIFY2(why.empty() || same, qPrintable(QString::fromStdString(field.key + ": " + why)));
      if (tell.contains(field.key))
        QVERIFY2(!same || !why.empty(), qPrintable(QString::fromStdString(field.key + " is not told")));
    }
  }

  void recovery_data() {
    QTest::addColumn<QString>("method");
    for (const auto& m : recoveryMethods()) QTest::newRow(m.name.c_str()) << QString::fromStdString(m.name);
  }
  void recovery() {
    QFETCH(QString, method);
    RecoverOptions usual;
    usual.methods = method.toStdString();
    usual.samples = 12, usual.batchSize = 4;
    usual.rebuildSteps = usual.distilSteps = usual.squareheadSteps = usual.finetuneSteps = usual.loraSteps =
        2;
    const auto before = recovered(usual);
    std::set<std::string> read;
    for (const auto& field : recoverFields()) {
      if (field.methods) continue;
      const auto why = whyUnread(usual, field.key);
      if (why.empty()) {
        read.insert(field.key);
        continue;
      }
      QVERIFY2(sameTensors(recovered(withOther(field, usual)), before),
               qPrintable(QString::fromStdString(field.key + ": " + why)));
    }
    std::set<std::string> expected{"rate", "samples", "batchSize", "views", "heldOut", "seed"};
    expected.insert(method == "correct" ? "rebuildSteps" : usual.methods + "Steps");
    if (method == "lora") expected.insert("loraRank");
    QVERIFY(read == expected);
    // Without a method nothing is.
    for (const auto& field : recoverFields())
      QCOMPARE(whyUnread(RecoverOptions(), field.key).empty(), field.key == "methods");
  }

  void evaluation() {
    AnswerOptions options;
    const auto why = [&](const char* key) { return whyUnread(options, *m_model, m_data, key); };
    QCOMPARE(why("beams"), std::string());
    QVERIFY(!why("lengthPenalty").empty() && !why("earlyStopping").empty());
    QVERIFY(!why("templates").empty());
    QCOMPARE(why("prompt").empty(), !m_data.samples[0].question.empty());
    options.beams = 2;
    QVERIFY(why("lengthPenalty").empty() && why("earlyStopping").empty());
  }
};

QTEST_APPLESS_MAIN(UnreadOptionsTest)
#include "unread_options_test.moc"
