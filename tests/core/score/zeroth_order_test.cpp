#include "core/score/zeroth_order.h"

#include <c10/core/GradMode.h>
#include <QtTest/QtTest>

#include "core/base/parallel.h"
#include "core/sweep/run.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

namespace {

const auto kAll = [](const Block& b) { return b.description().prunedByDefault; };

struct ScoreCase {
  nlohmann::json index;
  std::map<std::string, at::Tensor> expected;
  ModelFixture fixture;
  std::vector<std::shared_ptr<const Batch>> batches;
};

ScoreCase openCase(const std::filesystem::path& folder) {
  const auto index = readJson(folder / "index.json");
  const auto name = std::filesystem::path(index["model"].get<std::string>()).filename();
  // The models lie beside the scores, in the folder of fixtures these are of.
  ScoreCase c{index,
              readTensors(folder / "expected.safetensors"),
              ModelFixture(folder.parent_path().parent_path() / "models" / name),
              {}};
  for (int64_t b = 0; b < index["batches"].get<int64_t>(); ++b)
    c.batches.push_back(batchUnder(c.expected, "calib/" + std::to_string(b) + "/"));
  return c;
}

std::map<std::string, std::vector<double>> estimate(const ScoreCase& c, const ZerothOrderOptions& o,
                                                    const Noise& noise) {
  std::map<std::string, std::vector<double>> out;
  sweepZerothOrder(*c.fixture.model, c.fixture.weights, c.batches, kAll, o, noise, {},
                   [&](const Block&, const std::vector<MatrixEstimate>& es) {
                     for (const auto& e : es) out[e.matrix->name] = e.values;
                   });
  return out;
}

// The method as published: two full passes for each matrix, on changed weights.
double plainLoop(const ScoreCase& c, const PrunableMatrix& m, const std::shared_ptr<const Batch>& batch,
                 const at::Tensor& z, double eps) {
  double losses[2];
  for (int sign = 0; sign < 2; ++sign) {
    Weights changed(c.fixture.weights);
    changed.set(m.name, c.fixture.weights.get(m.name) + (sign ? -eps : eps) * z);
    losses[sign] = lossOfForks(runModel(*c.fixture.model, Pass{changed}, batch))[0].item<double>();
  }
  return std::abs(losses[0] - losses[1]) / (2 * eps);
}

}  // namespace

class ZerothOrderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void eachCase_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : entriesOf(fixturesRoot() / "scores"))
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  // The published numbers, from the perturbations the official code drew.
  void eachCase() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const auto c = openCase(folder.toStdString());
    ZerothOrderOptions options;
    const auto got = estimate(c, options, [&](const PrunableMatrix& m, int64_t batch, int64_t) {
      return c.expected.at("mezo/z/" + std::to_string(batch) + "/" + m.name);
    });
    const auto want = c.expected.at("mezo/projected_grad_float64").abs();
    const std::vector<std::string> params = c.index["params"];
    QCOMPARE(got.size(), params.size());
    for (size_t p = 0; p < params.size(); ++p)
      for (size_t b = 0; b < c.batches.size(); ++b) {
        const double expected = want[int64_t(p)][int64_t(b)].item<double>();
        // float32 noise of a projected gradient: up to 1.5e-3 at values about 1.5.
        QVERIFY2(std::abs(got.at(params[p])[b] - expected) < 5e-3, params[p].c_str());
      }
  }

  void equalsThePlainLoop() {
    c10::NoGradGuard noGrad;
    for (const char* name : {"t5", "blip2-t5"}) {
      const auto c = openCase(dataFile("fixtures/scores") / name);
      ZerothOrderOptions options{1e-3, 2, 11};
      const auto noise = gaussianNoise(options.seed);
      const auto got = estimate(c, options, noise);
      for (const auto& block : c.fixture.model->blocks()) {
        if (!kAll(*block)) continue;
        for (const auto& m : block->description().matrices)
          for (int64_t b = 0; b < int64_t(c.batches.size()); ++b)
            for (int64_t d = 0; d < 2; ++d) {
              const double want = plainLoop(c, m, c.batches[size_t(b)], noise(m, b, d), options.eps);
              QVERIFY2(std::abs(got.at(m.name)[size_t(b * 2 + d)] - want) < 3e-3, m.name.c_str());
            }
      }
    }
  }

  // With one side the change is made whole, and what comes of it is told with its sign.
  void oneSideIsTheDifferenceToTheCleanModel() {
    c10::NoGradGuard noGrad;
    const auto c = openCase(dataFile("fixtures/scores/blip2-t5"));
    // A third of each matrix goes.
    const Noise change = [&](const PrunableMatrix& m, int64_t, int64_t) {
      const auto w = c.fixture.weights.get(m.name);
      return at::where(at::arange(w.numel()).view_as(w) % 3 == 0, -w, at::zeros_like(w));
    };
    const auto got = estimate(c, {.eps = 1, .oneSided = true}, change);
    bool rises = false, falls = false;
    for (size_t b = 0; b < c.batches.size(); ++b) {
      const auto lossWith = [&](const Weights& weights) {
        return lossOfForks(runModel(*c.fixture.model, Pass{weights}, c.batches[b]))[0].item<double>();
      };
      const double clean = lossWith(c.fixture.weights);
      for (const auto& block : c.fixture.model->blocks()) {
        if (!kAll(*block)) continue;
        for (const auto& m : block->description().matrices) {
          Weights changed(c.fixture.weights);
          changed.set(m.name, c.fixture.weights.get(m.name) + change(m, 0, 0));
          const double want = lossWith(changed) - clean;
          QVERIFY2(std::abs(got.at(m.name)[b] - want) < 1e-4, m.name.c_str());
          rises = rises || want > 1e-3;
          falls = falls || want < -1e-3;
        }
      }
    }
    QVERIFY(rises && falls);
  }

  // Bit for bit the same, whatever the number of workers.
  void doesNotDependOnThreads() {
    c10::NoGradGuard noGrad;
    const auto c = openCase(dataFile("fixtures/scores/blip2-t5"));
    setThreadCount(1);
    const auto one = estimate(c, {1e-3, 2, 5}, gaussianNoise(5));
    setThreadCount(4);
    const auto four = estimate(c, {1e-3, 2, 5}, gaussianNoise(5));
    setThreadCount(0);
    QVERIFY(one == four);
    QVERIFY(one != estimate(c, {1e-3, 2, 6}, gaussianNoise(6)));
  }

  void leavesWeightsBitIdentical() {
    c10::NoGradGuard noGrad;
    const auto c = openCase(dataFile("fixtures/scores/blip2-t5"));
    std::map<std::string, at::Tensor> before;
    for (const auto& d : c.fixture.model->declared()) before[d.name] = c.fixture.weights.get(d.name).clone();
    estimate(c, {}, gaussianNoise(0));
    for (const auto& [name, t] : before) QVERIFY(c.fixture.weights.get(name).equal(t));
  }

  void stopsWhenAsked() {
    const auto c = openCase(dataFile("fixtures/scores/t5"));
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    control.onProgress = [&](const Progress& p) {
      if (p.done > 20) stop.request_stop();
    };
    int finished = 0;
    const auto run = [&] {
      sweepZerothOrder(*c.fixture.model, c.fixture.weights, c.batches, kAll, {}, gaussianNoise(0), control,
                       [&](const Block&, const auto&) { ++finished; });
    };
    QVERIFY_EXCEPTION_THROWN(run(), Cancelled);
    QVERIFY(finished < 4);
  }

  void standardErrorOfSum() {
    const MatrixEstimate e{nullptr, {1, 2, 3, 6}};
    QCOMPARE(e.sum(), 12.0);
    // Sample variance 14/3, times four values, square root.
    QVERIFY(std::abs(e.standardErrorOfSum() - std::sqrt(14.0 / 3 * 4)) < 1e-12);
  }
};

QTEST_APPLESS_MAIN(ZerothOrderTest)
#include "zeroth_order_test.moc"
