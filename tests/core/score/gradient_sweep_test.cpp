#include "core/score/gradient_sweep.h"

#include <c10/core/GradMode.h>
#include <QtTest/QtTest>
#include <cmath>
#include <numbers>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/score/zeroth_order.h"
#include "core/sweep/run.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

namespace {

const auto kAll = [](const Block& b) { return b.description().prunedByDefault; };

std::map<std::string, std::vector<GradientSums>> gradientsOf(
    const ModelFixture& f, const std::vector<std::shared_ptr<const Batch>>& batches) {
  std::map<std::string, std::vector<GradientSums>> out;
  sweepGradients(*f.model, f.weights, batches, kAll, {},
                 [&](const Block&, const std::vector<MatrixGradients>& gradients) {
                   for (const auto& g : gradients) out[g.matrix->name] = g.batches;
                 });
  return out;
}

struct Loaded {
  nlohmann::json index;
  std::map<std::string, at::Tensor> expected;
  ModelFixture fixture;
  std::vector<std::shared_ptr<const Batch>> batches;
};

Loaded load(const std::filesystem::path& folder) {
  const auto index = readJson(folder / "index.json");
  Loaded l{index,
           readTensors(folder / "expected.safetensors"),
           ModelFixture(folder.parent_path().parent_path() / "models" /
                        std::filesystem::path(index["model"].get<std::string>()).filename()),
           {}};
  for (int64_t b = 0; b < index["batches"].get<int64_t>(); ++b)
    l.batches.push_back(batchUnder(l.expected, "calib/" + std::to_string(b) + "/"));
  return l;
}

}  // namespace

class GradientSweepTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void matchesPublishedFirstOrder_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : entriesOf(fixturesRoot() / "scores"))
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  // GradMagSquare, GradMagAbs and GradOnly of the released code, summed over each matrix. The copies in
  // tests/data hold the sums alone.
  void matchesPublishedFirstOrder() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const auto l = load(folder.toStdString());
    const auto got = gradientsOf(l.fixture, l.batches);
    const double n = double(l.batches.size());
    for (const std::string name : l.index["params"]) {
      const auto& sums = got.at(name);
      double square = 0, absolute = 0;
      for (const auto& s : sums) square += s.weightedSquared / n, absolute += s.absolute / n;
      const double wantSquare = l.expected.at("GradMagSquare/" + name).sum(at::kDouble).item<double>();
      const double wantAbsolute = l.expected.at("GradOnly/" + name).sum(at::kDouble).item<double>();
      QVERIFY2(std::abs(square / wantSquare - 1) < 1e-4, name.c_str());
      QVERIFY2(std::abs(absolute / wantAbsolute - 1) < 1e-4, name.c_str());
    }
  }

  // The zeroth-order estimate is an unbiased reading: the mean of |g . z| goes to sqrt(2 / pi) times the
  // norm.
  void zerothOrderConvergesToTheNorm() {
    c10::NoGradGuard noGrad;
    const auto l = load(dataFile("fixtures/scores/t5"));
    const std::vector<std::shared_ptr<const Batch>> one{l.batches[0]};
    const auto exact = gradientsOf(l.fixture, one);
    constexpr int kDraws = 150;
    ZerothOrderOptions options{1e-3, kDraws, 3};
    sweepZerothOrder(*l.fixture.model, l.fixture.weights, one, kAll, options, gaussianNoise(3), {},
                     [&](const Block&, const std::vector<MatrixEstimate>& estimates) {
                       for (const auto& e : estimates) {
                         const double want =
                             std::sqrt(2 / std::numbers::pi) * exact.at(e.matrix->name)[0].norm;
                         // |N(0, 1)| has a relative deviation of 0.756: five of them over sqrt(draws).
                         QVERIFY2(std::abs(e.sum() / kDraws / want - 1) < 5 * 0.756 / std::sqrt(kDraws),
                                  e.matrix->name.c_str());
                       }
                     });
  }

  void doesNotDependOnThreadsNorTouchWeights() {
    c10::NoGradGuard noGrad;
    const auto l = load(dataFile("fixtures/scores/blip2-t5"));
    std::map<std::string, at::Tensor> before;
    for (const auto& d : l.fixture.model->declared()) before[d.name] = l.fixture.weights.get(d.name).clone();
    setThreadCount(1);
    const auto one = gradientsOf(l.fixture, l.batches);
    setThreadCount(3);
    const auto three = gradientsOf(l.fixture, l.batches);
    setThreadCount(0);
    for (const auto& [name, sums] : one)
      for (size_t b = 0; b < sums.size(); ++b) QCOMPARE(sums[b].norm, three.at(name)[b].norm);
    for (const auto& [name, t] : before) QVERIFY(l.fixture.weights.get(name).equal(t));
  }

  // With room for nothing, states lie in a file and every product is made again: to the same bits.
  void doesNotDependOnWhatIsKept_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : entriesOf(fixturesRoot() / "scores"))
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  void doesNotDependOnWhatIsKept() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const auto l = load(folder.toStdString());
    const auto kept = gradientsOf(l.fixture, l.batches);
    setMemoryLimit(1);
    const auto again = gradientsOf(l.fixture, l.batches);
    setMemoryLimit(0);
    QCOMPARE(kept.size(), again.size());
    for (const auto& [name, sums] : kept)
      for (size_t b = 0; b < sums.size(); ++b) {
        QCOMPARE(sums[b].norm, again.at(name)[b].norm);
        QCOMPARE(sums[b].absolute, again.at(name)[b].absolute);
        QCOMPARE(sums[b].weightedSquared, again.at(name)[b].weightedSquared);
      }
  }

  // Automatic differentiation of the whole model, with the weights as its leaves.
  void equalsWholeGraph_data() { doesNotDependOnWhatIsKept_data(); }
  void equalsWholeGraph() {
    QFETCH(QString, folder);
    const auto l = load(folder.toStdString());
    const auto got = gradientsOf(l.fixture, {l.batches[0]});
    std::map<std::string, at::Tensor> leaves;
    for (const auto& d : l.fixture.model->declared())
      leaves[d.name] = l.fixture.weights.get(d.name).clone().requires_grad_(true);
    const Weights weights(leaves);
    c10::AutoGradMode record(true);
    lossOfForks(runModel(*l.fixture.model, Pass{weights}, l.batches[0])).sum().backward();
    for (const auto& [name, sums] : got) {
      const auto& gradient = leaves.at(name).grad();
      const double want = gradient.defined() ? gradient.to(at::kDouble).norm().item<double>() : 0;
      QVERIFY2(std::abs(sums[0].norm - want) <= 1e-5 * want + 1e-12, name.c_str());
    }
  }

  // A part hands on the state alone, and what it says of its last product holds: no gradient depends on it.
  void partsMakeTheBlock() {
    c10::NoGradGuard noGrad;
    const auto l = load(dataFile("fixtures/scores/t5"));
    State whole = begin(l.batches[0], l.fixture.weights), parts = whole;
    size_t several = 0;
    for (const auto& block : l.fixture.model->blocks()) {
      block->run(whole, Pass{l.fixture.weights});
      for (size_t p = 0; p < block->parts(); ++p) block->runPart(p, parts, Pass{l.fixture.weights});
      if (block->parts() > 1) ++several;
      size_t ends = 0;
      for (const auto& m : block->description().matrices) ends += block->endsPart(m.name);
      QCOMPARE(ends, block->parts() > 1 ? block->parts() : 0);
    }
    QVERIFY(several > 0);
    QVERIFY(whole.lossSum.equal(parts.lossSum));
  }
};

QTEST_APPLESS_MAIN(GradientSweepTest)
#include "gradient_sweep_test.moc"
