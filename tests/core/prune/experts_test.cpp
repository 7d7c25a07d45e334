// Experts: their statistics count what is routed to them, and one that no token reaches goes by magnitude.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>

#include "core/prune/calibration_flow.h"
#include "core/prune/prune_model.h"
#include "core/prune/select.h"
#include "core/sweep/run.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

namespace {

const std::string kLayer = "model.layers.0.mlp.", kExpert = kLayer + "experts.";
constexpr int64_t kExperts = 4;

using Batches = std::vector<std::shared_ptr<const Batch>>;

std::string gateOf(int64_t expert) {
  return kExpert + std::to_string(expert) + ".gate_proj.weight";
}

// Keeps every input of the matrices by their names.
class Watcher : public LinearHook {
 public:
  void onLinear(const std::string& weight, const at::Tensor& input, at::Tensor&) override {
    auto& seen = inputs[weight];
    const auto rows = input.reshape({-1, input.size(-1)});
    seen = seen.defined() ? at::cat({seen, rows}) : rows;
  }
  std::map<std::string, at::Tensor> inputs;
};

// The small Qwen3-MoE whose first layer sends each token to one expert: to 0 or 1, by a number's sign, and
// never to 2 or 3.
struct OneSided {
  ModelFixture fixture{dataFile("families/models/qwen3-moe")};
  std::shared_ptr<const Model> model;
  Weights weights{fixture.weights};
  std::shared_ptr<Batch> batch;

  OneSided() {
    auto config = fixture.checkpoint->config();
    config["num_experts_per_tok"] = 1;
    model = Model::fromConfig(config);
    auto router = at::zeros({kExperts, 32});
    router[0] = at::linspace(-1, 1, 32);
    router[1] = -router[0];
    weights.set(kLayer + "gate.weight", router);
    batch =
        batchUnder(readTensors(fixture.checkpoint->folder() / "io.safetensors"), "forward_right_padded/in/");
  }

  const Block& layer() const {
    return **std::find_if(model->blocks().begin(), model->blocks().end(),
                          [](const auto& b) { return b->name() == "model.layers.0"; });
  }

  std::vector<State> statesBefore(const Batches& batches) const {
    std::vector<State> states;
    for (const auto& b : batches) {
      states.push_back(begin(b, weights));
      runBlocks(*model, Pass{weights}, states.back(), 0, 1);
    }
    return states;
  }

  Batches rowByRow() const {
    Batches out;
    for (int64_t r = 0; r < batch->at("input_ids").size(0); ++r) {
      auto one = std::make_shared<Batch>();
      for (const auto& [name, t] : batch->tensors) one->tensors[name] = t.narrow(0, r, 1);
      out.push_back(one);
    }
    return out;
  }

  ModelPruning pruned(const PruneModelOptions& options) const {
    std::unordered_map<std::string, double> sparsities;
    for (const auto& block : model->blocks())
      for (const auto& m : block->description().matrices) sparsities[m.name] = 0.5;
    return pruneModel(*model, weights, rowByRow(), sparsities, options, {});
  }
};

std::vector<std::string> gates() {
  std::vector<std::string> names;
  for (int64_t e = 0; e < kExperts; ++e) names.push_back(gateOf(e));
  return names;
}

}  // namespace

class ExpertsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void statisticsCountWhatIsRouted() {
    c10::NoGradGuard noGrad;
    const OneSided m;
    const StatisticsNeeds needs{.features = true, .hessian = true};
    const auto states = m.statesBefore({m.batch});
    const auto seen = gatherInputs(m.layer(), m.weights, gates(), needs, states, {});
    Watcher watcher;
    State aside = states[0];
    m.layer().run(aside, {m.weights, &watcher});
    const auto rows = m.batch->at("input_ids").size(0), length = m.batch->at("input_ids").size(1);
    const auto texts = m.batch->at("attention_mask").sum().item<int64_t>();
    QVERIFY(texts < rows * length);  // padding is routed nowhere
    QCOMPARE(seen[0]->positions + seen[1]->positions, texts);
    for (int64_t e = 0; e < kExperts; ++e) {
      const auto& s = *seen[size_t(e)];
      const bool reached = e < 2;
      QCOMPARE(watcher.inputs.contains(gateOf(e)), reached);
      QCOMPARE(s.samples, rows);
      if (reached) {
        const auto x = watcher.inputs.at(gateOf(e)).to(at::kDouble);
        QVERIFY(s.positions > 0 && s.positions < rows * length);
        QCOMPARE(s.positions, x.size(0));
        QVERIFY(at::allclose(s.squaredNorm.to(at::kDouble), x.square().sum(0) / double(rows), 1e-6, 1e-9));
        QVERIFY(at::allclose(s.mean.to(at::kDouble), x.mean(0), 1e-6, 1e-7));
        QVERIFY(at::allclose(s.hessian.to(at::kDouble), x.t().mm(x) * (2.0 / double(rows)), 1e-5, 1e-6));
      } else {
        QCOMPARE(s.positions, int64_t(0));
        QVERIFY(s.squaredNorm.eq(0).all().item<bool>() && s.hessian.eq(0).all().item<bool>());
      }
    }
  }

  // Not how the texts are dealt out to batches, some of which an expert may see nothing of.
  void statisticsDoNotDependOnBatches() {
    c10::NoGradGuard noGrad;
    const OneSided m;
    std::vector<std::string> names;
    for (const auto& matrix : m.layer().description().matrices) names.push_back(matrix.name);
    const StatisticsNeeds needs{.features = true};
    const auto rows = m.rowByRow();
    const auto together = gatherInputs(m.layer(), m.weights, names, needs, m.statesBefore({m.batch}), {});
    const auto alone = gatherInputs(m.layer(), m.weights, names, needs, m.statesBefore(rows), {});
    for (size_t i = 0; i < names.size(); ++i) {
      QCOMPARE(together[i]->samples, alone[i]->samples);
      QCOMPARE(together[i]->positions, alone[i]->positions);
      QVERIFY2(at::allclose(together[i]->squaredNorm, alone[i]->squaredNorm, 1e-5, 1e-7), names[i].c_str());
    }
    // Of batches where an expert saw nothing of the first and something of a later one.
    StatisticsGatherer gatherer({"a", "b"}, needs, false, {{"a", 2}, {"b", 2}});
    const auto x = at::tensor({1.0f, 2.0f, 3.0f, 4.0f}).view({2, 2});
    auto y = at::zeros({2, 3});
    gatherer.add(0, gatherer.recorder());
    auto later = gatherer.recorder();
    later.onLinear("b", x, y);
    gatherer.add(1, std::move(later));
    const auto finished = gatherer.finish();
    QCOMPARE(finished[0]->positions, int64_t(0));
    QCOMPARE(finished[0]->samples, int64_t(2));
    QCOMPARE(finished[1]->positions, int64_t(2));
    QCOMPARE(finished[1]->samples, int64_t(2));
    QVERIFY(at::equal(finished[1]->squaredNorm, at::tensor({5.0f, 10.0f})));
  }

  void unreachedExpertsGoByMagnitude_data() {
    QTest::addColumn<QString>("criterion");
    QTest::addColumn<QString>("refinement");
    QTest::addColumn<QString>("pattern");
    for (const char* pattern : {"unstructured", "2:4"})
      for (const char* criterion : {"wanda", "sparsegpt", "ria"})
        QTest::addRow("%s %s", criterion, pattern) << criterion << "" << pattern;
    QTest::newRow("wanda, dsnot") << "wanda"
                                  << "dsnot"
                                  << "unstructured";
  }
  void unreachedExpertsGoByMagnitude() {
    QFETCH(QString, criterion);
    QFETCH(QString, refinement);
    QFETCH(QString, pattern);
    const OneSided m;
    PruneModelOptions options;
    options.criterion = criterion.toStdString();
    options.refinement = refinement.toStdString();
    options.pattern = patternNamed(pattern.toStdString());
    PruneModelOptions byMagnitude;
    byMagnitude.criterion = "magnitude";
    byMagnitude.pattern = options.pattern;
    const auto got = m.pruned(options), magnitude = m.pruned(byMagnitude);
    int told = 0;
    for (const auto& matrix : got.matrices) {
      const bool unreached =
          matrix.matrix.starts_with(kExpert + "2") || matrix.matrix.starts_with(kExpert + "3");
      const bool same = at::equal(got.weights.get(matrix.matrix), magnitude.weights.get(matrix.matrix));
      if (unreached) {
        QVERIFY2(same, matrix.matrix.c_str());
        QCOMPARE(matrix.note, "No calibration token reached this expert; its weights went by magnitude.");
        ++told;
      } else if (matrix.matrix.starts_with(kExpert)) {
        QVERIFY2(!same && matrix.note.find("reached") == std::string::npos, matrix.matrix.c_str());
      }
      QVERIFY(std::abs(matrix.achieved - 0.5) < 0.02);
    }
    QCOMPARE(told, 6);
  }

  // In the layer whose experts were perturbed, as in any: what a router sends elsewhere is never taken for
  // what it was. (The scores themselves are compared in the test of all families.)
  void tokensKeepTheirExperts() {
    c10::NoGradGuard noGrad;
    const OneSided m;
    auto states = m.statesBefore({m.batch});
    State once = states[0], twice = states[0];
    twice.hidden = at::cat({twice.hidden, twice.hidden.flip(0)});
    m.layer().run(once, {m.weights});
    m.layer().run(twice, {m.weights});
    const auto halves = twice.hidden.chunk(2);
    QVERIFY(at::allclose(halves[0], once.hidden, 1e-5, 1e-6));
  }
};

QTEST_GUILESS_MAIN(ExpertsTest)
#include "experts_test.moc"
