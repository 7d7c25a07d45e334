// Rebuilding one block at a time: where it can be solved exactly it comes to that, padding does not count,
// and a loss that diverges costs nothing.
#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/recover/minimise.h"
#include "core/recover/real_positions.h"
#include "core/recover/recovery_method.h"

using namespace espalier;

namespace {

using Batches = std::vector<std::shared_ptr<const Batch>>;

constexpr int64_t kInputs = 6, kOutputs = 3, kLength = 20;

// Takes the inputs of the batch.
class Start : public Block {
 public:
  Start() : Block({"start", Component::Vision, false, {}}) {}
  void run(State& s, const Pass&) const override {
    s.hidden = s.inputs->at("x");
    const auto mask = s.inputs->find("mask");
    if (mask.defined()) s.attentionBias = ((1 - mask) * -3.4e38).unsqueeze(1).unsqueeze(1);
  }
};

class Linear : public Block {
 public:
  Linear() : Block({"layer", Component::Vision, true, {{"layer.weight", kOutputs, kInputs}}}) {}
  void run(State& s, const Pass& pass) const override { s.hidden = pass.linear("layer", s.hidden); }
};

at::Tensor normal(uint64_t stream, std::vector<int64_t> shape) {
  auto t = at::empty(shape);
  std::vector<float> numbers(size_t(t.numel() + 3) / 4 * 4);
  CounterRandom(7, stream).fillNormal(numbers.data(), int64_t(numbers.size()));
  std::copy_n(numbers.begin(), t.numel(), t.data_ptr<float>());
  return t;
}

std::shared_ptr<Model> linearModel() {
  auto model = std::make_shared<Model>("linear", ModelTask::Embed, nlohmann::json::object());
  model->add(std::make_unique<Start>());
  model->declare("layer.weight", {kOutputs, kInputs});
  model->add(std::make_unique<Linear>());
  return model;
}

Batches batchesOf(int64_t count, bool padded) {
  Batches batches;
  for (int64_t i = 0; i < count; ++i) {
    auto batch = std::make_shared<Batch>();
    // Inputs that go together, so that what stays has to take over what is gone.
    const auto x = normal(uint64_t(10 + i), {2, kLength, kInputs});
    batch->tensors["x"] = x + 0.8 * x.roll(1, -1);
    if (padded) {
      auto mask = at::ones({2, kLength});
      mask.slice(1, kLength - 5).fill_(0);
      batch->tensors["mask"] = mask;
      batch->tensors["x"].slice(1, kLength - 5).mul_(100);
    }
    batches.push_back(batch);
  }
  return batches;
}

struct Setup {
  std::shared_ptr<Model> model = linearModel();
  Weights dense, pruned;
  RecoverOptions options;
  JobControl control;

  Setup()
      : dense({{"layer.weight", normal(1, {kOutputs, kInputs})}}),
        pruned({{"layer.weight", normal(1, {kOutputs, kInputs})}}) {
    auto w = dense.get("layer.weight").clone();
    const auto gone = at::tensor({0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1}, at::kLong);
    w.view({-1}).masked_fill_(gone == 1, 0);
    pruned.set("layer.weight", w);
    options.rebuildSteps = 1500;
  }

  std::vector<RecoveryReport> rebuild(const Batches& training, std::stop_token enough = {},
                                      std::function<void(const RecoveryPoint&)> onPoint = {}) {
    Recovery recovery{.model = *model,
                      .dense = &dense,
                      .weights = pruned,
                      .training = training,
                      .heldOut = {},
                      .batchesInStep = int64_t(training.size()),
                      .options = options,
                      .control = control,
                      .name = "rebuild",
                      .enough = enough,
                      .onPoint = onPoint};
    recoveryMethodNamed("rebuild").recover(recovery);
    return recovery.reports;
  }
};

// Each row's least squares over the weights that stay, from the normal equations in float64.
at::Tensor bestWeights(const at::Tensor& dense, const at::Tensor& pruned, const at::Tensor& x) {
  const auto gram = at::mm(x.t(), x).to(at::kDouble);
  auto best = at::zeros_like(dense, at::kDouble);
  for (int64_t r = 0; r < dense.size(0); ++r) {
    const auto stays = pruned[r].nonzero().select(1, 0);
    const auto a = gram.index_select(0, stays).index_select(1, stays);
    const auto b = at::mv(gram, dense[r].to(at::kDouble)).index_select(0, stays);
    best[r].index_put_({stays}, at::mv(at::inverse(a), b));
  }
  return best;
}

double errorOf(const at::Tensor& w, const at::Tensor& dense, const at::Tensor& x) {
  return at::mm(x.to(at::kDouble), (w.to(at::kDouble) - dense.to(at::kDouble)).t())
      .square()
      .sum()
      .item<double>();
}

}  // namespace

class RebuildTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { setThreadCount(0); }

  void comesToTheLeastSquares_data() {
    QTest::addColumn<bool>("padded");
    QTest::newRow("whole") << false;
    QTest::newRow("padded") << true;
  }

  void comesToTheLeastSquares() {
    QFETCH(bool, padded);
    Setup s;
    const auto batches = batchesOf(3, padded);
    const auto dense = s.dense.get("layer.weight"), before = s.pruned.get("layer.weight").clone();
    std::vector<at::Tensor> rows;
    for (const auto& batch : batches)
      rows.push_back(batch->at("x").slice(1, 0, padded ? kLength - 5 : kLength));
    const auto x = at::cat(rows, 0).reshape({-1, kInputs});
    const auto best = bestWeights(dense, before, x);
    const auto reports = s.rebuild(batches);
    const auto w = s.pruned.get("layer.weight");
    QCOMPARE(reports.size(), size_t(1));
    QVERIFY((w.masked_select(before == 0) == 0).all().item<bool>());
    const double least = errorOf(best, dense, x), was = errorOf(before, dense, x), is = errorOf(w, dense, x);
    QVERIFY(least < 0.9 * was);
    QVERIFY2(is < 1.001 * least, (std::to_string(is) + " " + std::to_string(least)).c_str());
    QVERIFY(at::allclose(w.to(at::kDouble), best, 0, 5e-3));
    // The report is in parts of the variance of what the dense block gives.
    const auto y = at::mm(x, dense.t()).to(at::kDouble);
    const double variance = (y - y.mean({0}, true)).square().sum().item<double>();
    QVERIFY2(std::abs(reports[0].before - was / variance) < 1e-4 * reports[0].before,
             (std::to_string(reports[0].before) + " " + std::to_string(was / variance)).c_str());
    QVERIFY(std::abs(reports[0].after - is / variance) < 1e-4 * reports[0].after);
    QCOMPARE(reports[0].parameters, int64_t(9));
    QCOMPARE(reports[0].numbers, x.size(0) * kOutputs);
  }

  void keepsTheBestOfALossThatDiverges() {
    Setup s;
    s.options.rate = 1e6;
    const auto before = s.pruned.get("layer.weight").clone();
    const auto reports = s.rebuild(batchesOf(3, false));
    QVERIFY2(reports[0].note.find("diverged") != std::string::npos, reports[0].note.c_str());
    QCOMPARE(reports[0].after, reports[0].before);
    QVERIFY(reports[0].steps < s.options.rebuildSteps);
    QVERIFY(s.pruned.get("layer.weight").equal(before));
  }

  void endsWhereItIsAskedTo() {
    Setup s;
    std::stop_source enough;
    const auto reports = s.rebuild(batchesOf(3, false), enough.get_token(), [&](const RecoveryPoint& p) {
      if (p.step == 500) enough.request_stop();
    });
    QCOMPARE(reports[0].steps, int64_t(500));
    QVERIFY(reports[0].after < reports[0].before);
    QVERIFY2(reports[0].note.find("500 of 1500") != std::string::npos, reports[0].note.c_str());
  }

  void cancels() {
    Setup s;
    std::stop_source stop;
    s.control.stop = stop.get_token();
    QVERIFY_EXCEPTION_THROWN(s.rebuild(batchesOf(3, false), {},
                                       [&](const RecoveryPoint& p) {
                                         if (p.step == 5) stop.request_stop();
                                       }),
                             Cancelled);
  }

  void sameForAnyNumberOfWorkers() {
    std::vector<at::Tensor> results;
    for (const int threads : {1, 2, 5}) {
      setThreadCount(threads);
      Setup s;
      s.options.rebuildSteps = 40;
      s.rebuild(batchesOf(5, false));
      results.push_back(s.pruned.get("layer.weight"));
    }
    QVERIFY(results[0].equal(results[1]) && results[0].equal(results[2]));
  }

  void knowsPadding() {
    State s;
    s.inputs = std::make_shared<Batch>();
    s.hidden = at::zeros({2, 3, 4});
    QVERIFY(!realPositions(s, Component::Vision).defined());
    const auto mask = at::tensor({1, 1, 0, 0, 1, 1}, at::kFloat).view({2, 3});
    s.attentionBias = ((1 - mask) * -3.4028234663852886e38f).unsqueeze(1).unsqueeze(1);
    QVERIFY(realPositions(s, Component::Text).equal(mask));
    // With a causal mask over it, and several heads.
    const auto causal = at::full({3, 3}, -3.4028234663852886e38f).triu(1).unsqueeze(0).unsqueeze(0);
    s.attentionBias = (s.attentionBias + causal).clamp_min(-3.4028234663852886e38f).expand({2, 2, 3, 3});
    QVERIFY(realPositions(s, Component::Language).equal(mask));
    // Where nothing is predicted a decoder's places do not count.
    auto labels = std::make_shared<Batch>();
    labels->tensors["labels"] = at::tensor({5, 6, -100, 7, -100, -100}, at::kLong).view({2, 3});
    s.inputs = labels;
    s.attentionBias = causal;
    QVERIFY(realPositions(s, Component::LanguageDecoder)
                .equal(at::tensor({1, 1, 0, 1, 0, 0}, at::kFloat).view({2, 3})));
    QVERIFY(!realPositions(s, Component::Language).defined());
  }
};

QTEST_APPLESS_MAIN(RebuildTest)
#include "rebuild_test.moc"
