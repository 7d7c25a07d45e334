// Pruning a model block by block: what is refused, what stays as it was, what runs, and that workers do not
// matter.
#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/base/parallel.h"
#include "core/checkpoint/tensor.h"
#include "core/prune/criterion.h"
#include "core/prune/prune_model.h"
#include "core/prune/refinement.h"
#include "tests/support/errors.h"
#include "tests/support/model_fixture.h"

using namespace espalier;

namespace {

using Batches = std::vector<std::shared_ptr<const Batch>>;
using Sparsities = std::unordered_map<std::string, double>;

}  // namespace

class PruneModelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const auto root = test::dataFile("fixtures");
    const test::ModelFixture t5(root / "models" / "t5");
    m_model = t5.model;
    m_dense = std::make_unique<Weights>(t5.weights);
    const auto expected = readTensors(root / "prune_models" / "t5" / "expected.safetensors");
    for (int i = 0; i < 4; ++i)
      m_calibration.push_back(test::batchUnder(expected, "calib/" + std::to_string(i) + "/"));
    for (const auto& block : m_model->blocks())
      for (const auto& matrix : block->description().matrices) m_all[matrix.name] = 0.5;
  }
  void cleanup() { setThreadCount(0); }

  void meetsThePlan() {
    const auto names = optionsToTry();
    for (const auto& options : names) {
      Sparsities sparsities;
      double s = 0.3;
      for (const auto& [name, half] : m_all) sparsities[name] = s += 0.011;
      const auto pruned = pruneModel(*m_model, *m_dense, m_calibration, sparsities, options, {});
      QCOMPARE(pruned.matrices.size(), sparsities.size());
      for (const auto& m : pruned.matrices) {
        QCOMPARE(m.asked, sparsities[m.matrix]);
        const double wanted = options.pattern.structured() ? 0.5 : m.asked;
        QVERIFY2(std::abs(m.achieved - wanted) <= 0.5 / double(m.parameters) + 1e-12,
                 (options.criterion + " " + m.matrix + " " + std::to_string(m.achieved)).c_str());
        const auto weight = pruned.weights.get(m.matrix);
        QCOMPARE(m.achieved, (weight == 0).to(at::kDouble).mean().item<double>());
        QVERIFY(weight.scalar_type() == at::kFloat && weight.sizes() == m_dense->get(m.matrix).sizes());
        QVERIFY(at::isfinite(weight).all().item<bool>());
      }
      QCOMPARE(pruned.weights.overrides().size(), sparsities.size());
    }
  }

  void leavesTheDenseAlone() {
    std::map<std::string, at::Tensor> before;
    for (const auto& d : m_model->declared()) before[d.name] = m_dense->get(d.name).clone();
    for (const auto& options : optionsToTry())
      pruneModel(*m_model, *m_dense, m_calibration, m_all, options, {});
    QVERIFY(m_dense->overrides().empty());
    for (const auto& [name, tensor] : before) {
      const auto now = m_dense->get(name);
      QVERIFY2(std::memcmp(now.data_ptr(), tensor.data_ptr(), size_t(now.nbytes())) == 0, name.c_str());
    }
  }

  void sameForAnyNumberOfWorkers() {
    for (const auto& options : optionsToTry()) {
      std::vector<ModelPruning> results;
      for (const int threads : {1, 2, 4}) {
        setThreadCount(threads);
        results.push_back(pruneModel(*m_model, *m_dense, m_calibration, m_all, options, {}));
      }
      for (const auto& r : results)
        for (const auto& [name, half] : m_all)
          QVERIFY2(r.weights.get(name).equal(results[0].weights.get(name)), name.c_str());
    }
  }

  void keepsOrRemovesEverything() {
    for (const auto* c : criteria()) {
      for (const double s : {0.0, 1.0}) {
        Sparsities sparsities;
        for (const auto& [name, half] : m_all) sparsities[name] = s;
        const auto pruned =
            pruneModel(*m_model, *m_dense, m_calibration, sparsities, {.criterion = c->name()}, {});
        for (const auto& m : pruned.matrices) {
          QCOMPARE(m.achieved, s);
          if (s == 0) QVERIFY(pruned.weights.get(m.matrix).equal(m_dense->get(m.matrix)));
        }
      }
    }
  }

  // Matrices that a plan leaves whole stay whole under a pattern too.
  void patternsSkipWhatIsKept() {
    auto sparsities = m_all;
    const auto kept = sparsities.begin()->first;
    sparsities[kept] = 0;
    const auto pruned = pruneModel(*m_model, *m_dense, m_calibration, sparsities, {.pattern = {2, 4}}, {});
    QCOMPARE(pruned.matrices.size(), m_all.size() - 1);
    QVERIFY(!pruned.weights.overrides().contains(kept));
  }

  // Blocks behind the last one with something to prune do not run: these batches have nothing for the
  // decoder.
  void stopsAfterTheLastMatrix() {
    Batches encoderOnly;
    for (const auto& batch : m_calibration) {
      auto copy = std::make_shared<Batch>(*batch);
      copy->tensors.erase("labels");
      copy->tensors.erase("decoder_attention_mask");
      encoderOnly.push_back(copy);
    }
    Sparsities encoder;
    for (const auto& [name, half] : m_all)
      if (name.starts_with("encoder.")) encoder[name] = half;
    int64_t steps = 0, total = 0;
    JobControl control;
    control.onProgress = [&](const Progress& p) { steps = p.done, total = p.total; };
    const auto pruned = pruneModel(*m_model, *m_dense, encoderOnly, encoder, {}, control);
    QCOMPARE(pruned.matrices.size(), encoder.size());
    QCOMPARE(steps, total);
    QVERIFY(total > 0 && size_t(total) < m_model->blocks().size());
    QVERIFY_THROWS_EXCEPTION(Error, pruneModel(*m_model, *m_dense, encoderOnly, m_all, {}, {}));
    // Without need of data nothing runs.
    QCOMPARE(pruneModel(*m_model, *m_dense, {}, m_all, {.criterion = "magnitude"}, {}).matrices.size(),
             m_all.size());
  }

  void nothingToPrune() {
    const auto pruned = pruneModel(*m_model, *m_dense, m_calibration, {}, {}, {});
    QVERIFY(pruned.matrices.empty() && pruned.weights.overrides().empty());
  }

  void refuses() {
    const auto message = [&](const Sparsities& sparsities, const PruneModelOptions& options,
                             bool withData = true) {
      return test::errorOf([&] {
        pruneModel(*m_model, *m_dense, withData ? m_calibration : Batches(), sparsities, options, {});
      });
    };
    QVERIFY(message({{"nothing.weight", 0.5}}, {}).contains("nothing.weight"));
    auto bad = m_all;
    bad.begin()->second = 1.5;
    QVERIFY(message(bad, {}).contains("1.5"));
    bad.begin()->second = NAN;
    QVERIFY(!message(bad, {}).isEmpty());
    QVERIFY(message(m_all, {}, false).contains("wanda"));
    QVERIFY(message(m_all, {.criterion = "magnitude", .refinement = "dsnot"}, false).contains("dsnot"));
    QVERIFY(message(m_all, {.criterion = "sparsegpt", .refinement = "dsnot"}).contains("sparsegpt"));
    QVERIFY(message(m_all, {.criterion = "luck"}).contains("wanda"));
    QVERIFY(message(m_all, {.pattern = {3, 7}}).contains("3:7"));
  }

  void stops() {
    std::stop_source source;
    JobControl control;
    control.stop = source.get_token();
    control.onProgress = [&](const Progress& p) {
      if (p.done == 2) source.request_stop();
    };
    QVERIFY_THROWS_EXCEPTION(Cancelled, pruneModel(*m_model, *m_dense, m_calibration, m_all, {}, control));
  }

  // With the dense model's inputs each block is pruned as if it were the only one.
  void denseInputsKnowNothingOfOtherBlocks() {
    for (const std::string criterion : {"wanda", "sparsegpt"}) {
      const PruneModelOptions dense{.criterion = criterion, .inputs = CalibrationInputs::Dense};
      const auto all = pruneModel(*m_model, *m_dense, m_calibration, m_all, dense, {});
      const auto published =
          pruneModel(*m_model, *m_dense, m_calibration, m_all, {.criterion = criterion}, {});
      size_t blocks = 0, differ = 0;
      for (const auto& block : m_model->blocks()) {
        Sparsities own;
        for (const auto& matrix : block->description().matrices) own[matrix.name] = 0.5;
        if (own.empty()) continue;
        const auto alone = pruneModel(*m_model, *m_dense, m_calibration, own, {.criterion = criterion}, {});
        for (const auto& [name, half] : own)
          QVERIFY2(at::equal(all.weights.get(name), alone.weights.get(name)), name.c_str());
        ++blocks;
        for (const auto& [name, half] : own)
          differ += !at::equal(all.weights.get(name), published.weights.get(name));
      }
      QVERIFY(blocks > 1 && differ > 0);
    }
    PruneModelOptions official{.inputs = CalibrationInputs::Dense};
    official.official.firstLayerArguments = true;
    QVERIFY(test::errorOf([&] {
              pruneModel(*m_model, *m_dense, m_calibration, m_all, official, {});
            }).contains("dense"));
  }

  void refinementChangesMasks() {
    const auto plain = pruneModel(*m_model, *m_dense, m_calibration, m_all, {}, {});
    const auto refined = pruneModel(*m_model, *m_dense, m_calibration, m_all, {.refinement = "dsnot"}, {});
    int64_t changed = 0;
    for (const auto& [name, half] : m_all) {
      const auto w = refined.weights.get(name);
      changed += (w == 0).logical_xor(plain.weights.get(name) == 0).sum().item<int64_t>();
      QVERIFY((w == 0).logical_or(w == m_dense->get(name)).all().item<bool>());
    }
    QVERIFY(changed > 0);
  }

 private:
  static std::vector<PruneModelOptions> optionsToTry() {
    std::vector<PruneModelOptions> out;
    for (const auto* c : criteria()) {
      for (const auto comparison : {Comparison::Auto, Comparison::Row, Comparison::Matrix})
        out.push_back({.criterion = c->name(), .comparison = comparison});
      out.push_back({.criterion = c->name(), .pattern = {2, 4}});
    }
    for (const auto* r : refinements()) out.push_back({.refinement = r->name()});
    return out;
  }

  std::shared_ptr<const Model> m_model;
  std::unique_ptr<Weights> m_dense;
  Batches m_calibration;
  Sparsities m_all;
};

QTEST_APPLESS_MAIN(PruneModelTest)
#include "prune_model_test.moc"
