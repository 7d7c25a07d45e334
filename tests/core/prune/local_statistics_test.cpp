// What allocators other than ECoFLaP share by, against the papers' formulas written down plainly.
#include "core/prune/local_statistics.h"

#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <cmath>

#include "core/base/parallel.h"
#include "core/sweep/run.h"
#include "tests/support/errors.h"
#include "tests/support/model_fixture.h"

using namespace espalier;

namespace {

const auto kNone = [](const Block&) { return false; };
const auto kDefault = [](const Block& b) { return b.description().prunedByDefault; };

// The inputs of every linear layer, all positions of a batch below each other.
class Inputs : public LinearHook {
 public:
  void onLinear(const std::string& weight, const at::Tensor& input, at::Tensor&) override {
    const auto x = input.reshape({-1, input.size(-1)}).to(at::kDouble);
    auto& all = seen[weight];
    all = all.defined() ? at::cat({all, x}) : x;
  }
  std::map<std::string, at::Tensor> seen;
};

bool close(double a, double b, double tolerance = 1e-5) {
  return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

}  // namespace

class LocalStatisticsTest : public QObject {
  Q_OBJECT
  std::shared_ptr<const Model> m_model;
  std::unique_ptr<Weights> m_weights;
  std::vector<std::shared_ptr<const Batch>> m_batches;

  std::map<std::string, LocalStatistics> gather(
      const std::function<bool(const Block&)>& known = kNone) const {
    std::map<std::string, LocalStatistics> out;
    sweepLocalStatistics(*m_model, *m_weights, m_batches, kDefault, known, {},
                         [&](const Block&, const std::vector<LocalStatistics>& all) {
                           for (const auto& s : all) out[s.matrix->name] = s;
                         });
    return out;
  }

 private Q_SLOTS:
  void initTestCase() {
    const auto root = test::dataFile("fixtures");
    const test::ModelFixture t5(root / "models" / "t5");
    m_model = t5.model;
    m_weights = std::make_unique<Weights>(t5.weights);
    const auto expected = readTensors(root / "prune_models" / "t5" / "expected.safetensors");
    for (int i = 0; i < 4; ++i) {
      auto batch = test::batchUnder(expected, "calib/" + std::to_string(i) + "/");
      // Real tokens only: padding_test says what padding is to the statistics.
      for (const char* mask : {"attention_mask", "decoder_attention_mask"})
        batch->tensors[mask] = at::ones_like(batch->at(mask));
      batch->tensors["labels"] = batch->at("labels").clamp_min(0);
      m_batches.push_back(batch);
    }
  }
  void cleanup() { setThreadCount(0); }

  void isWhatTheFormulasGive() {
    const auto got = gather();
    std::vector<Inputs> inputs(m_batches.size());
    int64_t samples = 0;
    for (size_t b = 0; b < m_batches.size(); ++b) {
      samples += rowsOf(*m_batches[b]);
      runModel(*m_model, Pass{*m_weights, &inputs[b]}, m_batches[b]);
    }
    size_t matrices = 0;
    for (const auto& block : m_model->blocks()) {
      if (!kDefault(*block) || block->description().matrices.empty()) continue;
      std::vector<at::Tensor> metrics;
      for (const auto& m : block->description().matrices) {
        auto squares = at::zeros({m.columns}, at::kDouble);
        for (const auto& i : inputs) squares += i.seen.at(m.name).square().sum(0);
        const auto weight = m_weights->get(m.name).to(at::kDouble).abs();
        metrics.push_back((weight * (squares / double(samples)).sqrt()).flatten());
        const auto& s = got.at(m.name);
        QVERIFY2(close(s.sum, metrics.back().sum().item<double>()), m.name.c_str());
        // The error of the mean of what the batches say, each by itself.
        std::vector<double> each;
        for (size_t b = 0; b < inputs.size(); ++b) {
          const auto norms =
              (inputs[b].seen.at(m.name).square().sum(0) / double(rowsOf(*m_batches[b]))).sqrt();
          each.push_back((weight * norms).sum().item<double>());
        }
        const auto values = at::tensor(each, at::kDouble);
        QVERIFY2(close(s.standardError, values.std().item<double>() / std::sqrt(double(each.size())), 1e-4),
                 m.name.c_str());
        // Singular values are the roots of the eigenvalues.
        const auto l =
            std::get<0>(at::sort(at::linalg_svdvals(m_weights->get(m.name).to(at::kDouble)))).square();
        const int64_t n = l.size(0);
        const auto tail = l.narrow(0, n / 2, n - n / 2);
        QVERIFY2(close(s.alpha, 1 + double(tail.size(0)) / (tail / tail[0]).log().sum().item<double>(), 1e-6),
                 m.name.c_str());
        ++matrices;
      }
      const auto all = at::cat(metrics);
      const double threshold = 5 * all.mean().item<double>();
      for (size_t m = 0; m < metrics.size(); ++m) {
        const auto& s = got.at(block->description().matrices[m].name);
        QCOMPARE(s.outliers, double((metrics[m] > threshold).sum().item<int64_t>()));
        QVERIFY(close(s.median, all.median().item<double>()));
      }
    }
    QCOMPARE(got.size(), matrices);
    double outliers = 0;
    for (const auto& [name, s] : got) outliers += s.outliers;
    QVERIFY(outliers > 0);
  }

  void doesNotDependOnWorkers() {
    setThreadCount(1);
    const auto one = gather();
    setThreadCount(3);
    const auto three = gather();
    for (const auto& [name, s] : one) {
      const auto& t = three.at(name);
      QVERIFY(s.sum == t.sum && s.standardError == t.standardError && s.outliers == t.outliers &&
              s.median == t.median && s.alpha == t.alpha);
    }
  }

  void knownBlocksAreRunThroughOnly() {
    const auto all = gather();
    const auto& first = all.begin()->first;
    const auto rest = gather([&](const Block& b) {
      for (const auto& m : b.description().matrices)
        if (m.name == first) return true;
      return false;
    });
    QVERIFY(!rest.contains(first));
    QVERIFY(!rest.empty() && rest.size() < all.size());
    for (const auto& [name, s] : rest) QVERIFY(s.sum == all.at(name).sum && s.median == all.at(name).median);
  }

  // Eigenvalues 1, 4, 16, 64: the tail is 16 and 64, so that alpha is 1 + 2 / (ln 1 + ln 4).
  void exponentByHand() {
    const auto weight = at::diag(at::tensor({1.f, 2.f, 4.f, 8.f}));
    QVERIFY(close(hillExponent(weight), 1 + 2 / std::log(4.0), 1e-9));
    QVERIFY(close(hillExponent(at::cat({weight, at::zeros({3, 4})})), 1 + 2 / std::log(4.0), 1e-9));
    QCOMPARE(hillExponent(at::zeros({3, 3})), 0.0);
    QCOMPARE(hillExponent(at::eye(4)), 0.0);
  }
};

QTEST_APPLESS_MAIN(LocalStatisticsTest)
#include "local_statistics_test.moc"
