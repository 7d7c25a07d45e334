#include "core/train/trainer.h"

#include <QtTest/QtTest>
#include <fstream>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/train/adamw.h"
#include "core/train/muon.h"

using namespace espalier;
namespace fs = std::filesystem;

namespace {

// Least squares on data that depends on (step, shard): closed-form minimum at `target`.
class Regression : public TrainingTask {
 public:
  at::Tensor target = at::arange(12, at::kFloat).view({3, 4}) / 6 - 1;

  at::Tensor loss(const Weights& w, int64_t step, int shard, int,
                  std::map<std::string, double>& log) const override {
    auto x = at::empty({16, 4});
    CounterRandom(1, streamOf("x", uint64_t(step), uint64_t(shard)))
        .fillNormal(x.data_ptr<float>(), x.numel());
    log["seen"] = 16;
    return (at::linear(x, w.get("w")) - at::linear(x, target)).square().mean();
  }
  double learningRateFactor(const std::string& name) const override { return name == "frozen" ? 0 : 1; }
  bool isInnerMatrix(const std::string& name) const override { return name == "w"; }
};

std::map<std::string, at::Tensor> fresh() {
  return {{"w", at::zeros({3, 4})}, {"frozen", at::ones({2})}, {"unused", at::ones({2})}};
}

TrainingOptions shortRun(int64_t steps) {
  TrainingOptions o;
  o.steps = steps;
  o.scheduleSteps = 300;
  o.warmupSteps = 10;
  o.learningRate = 0.05;
  o.weightDecay = 0;
  o.checkpointEvery = 50;
  o.logEvery = 50;
  return o;
}

}  // namespace

class TrainerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Directions stay, their sizes become about one: of diag(3, 1) turned and padded, and of a tall matrix.
  void muonMakesMatricesOrthogonal() {
    const auto angle = 0.7;
    const auto turn = at::tensor({std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle)})
                          .view({2, 2})
                          .to(at::kFloat);
    const auto wide = at::matmul(turn, at::tensor({3.f, 0.f, 0.f, 0.f, 1.f, 0.f}).view({2, 3}));
    for (const auto& matrix : {wide, wide.t()}) {
      const auto o = muon::orthogonalised(matrix);
      QVERIFY(o.sizes().equals(matrix.sizes()));
      const auto narrow = o.size(0) < o.size(1) ? o : o.t();
      const auto inner = at::matmul(turn.t(), narrow);  // diagonal: the singular values
      for (int i = 0; i < 2; ++i)
        QVERIFY(inner[i][i].item().toDouble() > 0.65 && inner[i][i].item().toDouble() < 1.25);
      QVERIFY(std::abs(inner[0][1].item().toDouble()) < 1e-4);
      QVERIFY(std::abs(inner[1][0].item().toDouble()) < 1e-4);
    }
  }

  void muonFindsTheMinimumToo() {
    QTemporaryDir dir;
    auto p = fresh();
    const Regression task;
    auto o = shortRun(300);
    o.muon = true;
    train(task, p, o, "one", dir.path().toStdString(), {});
    QVERIFY((p["w"] - task.target).abs().max().item().toDouble() < 5e-2);
    QVERIFY(p["unused"].equal(at::ones({2})));
    // Another way there than AdamW's.
    auto q = fresh();
    QTemporaryDir other;
    train(task, q, shortRun(300), "one", other.path().toStdString(), {});
    QVERIFY(!q["w"].equal(p["w"]));
  }

  void findsTheMinimum() {
    QTemporaryDir dir;
    auto p = fresh();
    const Regression task;
    train(task, p, shortRun(300), "one", dir.path().toStdString(), {});
    QVERIFY((p["w"] - task.target).abs().max().item<double>() < 1e-2);
    QVERIFY(p["frozen"].equal(at::ones({2})));
    QVERIFY(p["unused"].equal(at::ones({2})));
  }

  // Stopped half-way and taken up again: bit for bit the weights of an undisturbed run, whatever the thread
  // count.
  void resumesExactly() {
    QTemporaryDir whole, parts;
    const Regression task;
    auto a = fresh(), b = fresh();
    setThreadCount(1);
    train(task, a, shortRun(120), "one", whole.path().toStdString(), {});
    setThreadCount(4);
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    control.onProgress = [&](const Progress& p) {
      if (p.done >= 70) stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(train(task, b, shortRun(120), "one", parts.path().toStdString(), control),
                             Cancelled);
    b = fresh();
    train(task, b, shortRun(120), "one", parts.path().toStdString(), {});
    setThreadCount(0);
    QVERIFY(a["w"].equal(b["w"]));
  }

  void anotherModelsCheckpointIsRefused() {
    QTemporaryDir dir;
    const Regression task;
    auto p = fresh();
    train(task, p, shortRun(50), "one", dir.path().toStdString(), {});
    std::map<std::string, at::Tensor> other{{"w", at::zeros({3, 4})}, {"unused", at::ones({2})}};
    QVERIFY_EXCEPTION_THROWN(train(task, other, shortRun(60), "one", dir.path().toStdString(), {}), Error);
  }

  // The first steps of AdamW by hand: m = 0.1 g, v = 0.02 g^2, so a step of the learning rate; then decay.
  void adamwByHand() {
    AdamW optimizer({0.9, 0.98, 0});
    auto p = at::full({1}, 2.0f);
    optimizer.prepare("p", p);
    optimizer.update("p", p, at::full({1}, 3.0f), 0.1, 0.5, 1);
    QVERIFY(std::abs(p.item<float>() - (2.0f * 0.95f - 0.1f)) < 1e-6);
    optimizer.update("p", p, at::full({1}, -3.0f), 0.1, 0, 2);
    // m = 0.9 * 0.3 - 0.3 = -0.03 over 1 - 0.81; v = 9 (0.98 * 0.02 + 0.02) over 1 - 0.9604 = 9.
    QVERIFY(std::abs(p.item<float>() - (1.8f + 0.1f * (0.03f / 0.19f) / 3)) < 1e-6);
  }

  void schedule() {
    QCOMPARE(cosineSchedule(0, 10, 110, 0), 0.1);
    QCOMPARE(cosineSchedule(10, 10, 110, 0), 1.0);
    QVERIFY(std::abs(cosineSchedule(60, 10, 110, 0.1) - 0.55) < 1e-12);
    QVERIFY(std::abs(cosineSchedule(110, 10, 110, 0.1) - 0.1) < 1e-12);
  }
};

QTEST_APPLESS_MAIN(TrainerTest)
#include "trainer_test.moc"
