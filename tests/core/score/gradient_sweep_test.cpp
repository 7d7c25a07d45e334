#include "core/score/gradient_sweep.h"

#include <c10/core/GradMode.h>
#include <QtTest/QtTest>
#include <cmath>
#include <numbers>

#include "core/base/parallel.h"
#include "core/score/zeroth_order.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

namespace {

const auto kAll = [](const Block& b) { return b.description().prunedByDefault; };

std::map<std::string, std::vector<GradientSums>> gradientsOf(const ModelFixture& f, const std::vector<std::shared_ptr<const Batch>>& batches) {
  std::map<std::string, std::vector<GradientSums>> out;
  sweepGradients(*f.model, f.weights, batches, kAll, {}, [&](const Block&, const std::vector<MatrixGradients>& gradients) {
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
  Loaded l{index, readTensors(folder / "expected.safetensors"),
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

  // GradMagSquare, GradMagAbs and GradOnly of the released code, summed over each matrix.
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

  // The zeroth-order estimate is an unbiased reading: the mean of |g . z| goes to sqrt(2 / pi) times the norm.
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
                         const double want = std::sqrt(2 / std::numbers::pi) * exact.at(e.matrix->name)[0].norm;
                         // |N(0, 1)| has a relative deviation of 0.756: five of them over sqrt(draws).
                         QVERIFY2(std::abs(e.sum() / kDraws / want - 1) < 5 * 0.756 / std::sqrt(kDraws), e.matrix->name.c_str());
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
};

QTEST_APPLESS_MAIN(GradientSweepTest)
#include "gradient_sweep_test.moc"
