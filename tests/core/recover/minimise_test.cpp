// What trains the whole model keeps its way so far and goes on with it to the same bits.
#include "core/recover/minimise.h"

#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/base/random.h"

using namespace espalier;

namespace {

constexpr int64_t kSteps = 40, kBatches = 6, kHeldOut = 2;

at::Tensor normal(uint64_t stream, std::vector<int64_t> shape) {
  auto t = at::empty(shape);
  std::vector<float> numbers(size_t(t.numel() + 3) / 4 * 4);
  CounterRandom(3, stream).fillNormal(numbers.data(), int64_t(numbers.size()));
  std::copy_n(numbers.begin(), t.numel(), t.data_ptr<float>());
  return t;
}

// A file for each name, as a job's folder has them.
class Folder : public RecoveryStore {
 public:
  std::optional<Kept> find(const std::string& name) override {
    if (!m_about.contains(name)) return std::nullopt;
    return Kept{SafetensorsFile::open(fileOf(name)), m_about.at(name)};
  }
  Kept keep(const std::string& name, const std::map<std::string, at::Tensor>& tensors,
            const nlohmann::json& about) override {
    std::vector<TensorInfo> infos;
    for (const auto& [tensor, value] : tensors) infos.push_back({tensor, DType::F32, value.sizes().vec()});
    SafetensorsWriter writer(fileOf(name), infos, {});
    for (const auto& [tensor, value] : tensors) {
      const auto flat = value.contiguous();
      writer.append({static_cast<const std::byte*>(flat.data_ptr()), size_t(flat.nbytes())});
    }
    writer.commit();
    m_about[name] = about;
    ++times;
    return {SafetensorsFile::open(fileOf(name)), about};
  }
  int times = 0;

 private:
  std::filesystem::path fileOf(const std::string& name) const {
    return std::filesystem::path(m_dir.path().toStdString()) /
           (std::to_string(std::hash<std::string>()(name)));
  }
  QTemporaryDir m_dir;
  std::map<std::string, nlohmann::json> m_about;
};

struct Run {
  Minimum minimum;
  std::vector<RecoveryPoint> points;
  bool cancelled = false;
};

// Least squares of noisy outputs; cancelled after so many steps, or never (-1).
Run run(RecoveryStore* store, int64_t cancelAfter, int64_t keepEveryMs = 0) {
  const auto truth = normal(1, {4, 5});
  std::vector<at::Tensor> inputs, outputs;
  for (int64_t b = 0; b < kBatches + kHeldOut; ++b) {
    inputs.push_back(normal(10 + uint64_t(b), {8, 5}));
    outputs.push_back(at::mm(inputs.back(), truth.t()) + 0.1 * normal(50 + uint64_t(b), {8, 4}));
  }
  Run out;
  std::stop_source stop;
  JobControl control;
  control.stop = stop.get_token();
  Model model("none", ModelTask::Embed, nlohmann::json::object());
  Weights weights(std::map<std::string, at::Tensor>{});
  RecoverOptions options;
  Recovery recovery{.model = model,
                    .dense = nullptr,
                    .weights = weights,
                    .training = {},
                    .heldOut = {},
                    .options = options,
                    .control = control,
                    .name = "1 distil",
                    .onPoint =
                        [&](const RecoveryPoint& p) {
                          out.points.push_back(p);
                          if (p.step == cancelAfter) stop.request_stop();
                        },
                    .store = store,
                    .keepEvery = std::chrono::milliseconds(keepEveryMs)};
  Minimisation task;
  task.method = "distil";
  task.tensors["w"] = {at::zeros({4, 5}), {}, 1};
  task.weightsWith = [](const std::map<std::string, at::Tensor>& values) { return Weights(values); };
  task.loss = [&](const Weights& w, int64_t batch) {
    const auto i = size_t(batch);
    return (at::mm(inputs[i], w.get("w").t()) - outputs[i]).square().mean();
  };
  task.count = kBatches, task.heldOut = kHeldOut;
  task.steps = kSteps, task.batchesInStep = 2;
  task.rate = 0.05, task.gradientClip = 1;
  ProgressMeter meter(control, "Distilling", kSteps);
  try {
    out.minimum = minimise(task, recovery, meter, "1 distil/so far");
  } catch (const Cancelled&) {
    out.cancelled = true;
  }
  return out;
}

}  // namespace

class MinimiseTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void goesOnFromItsCheckpointToTheSameBits() {
    const auto whole = run(nullptr, -1);
    QVERIFY(!whole.cancelled && whole.minimum.report.after < 0.5 * whole.minimum.report.before);
    for (const int64_t at : {2, 7, 23}) {
      Folder folder;
      const auto first = run(&folder, at);
      QVERIFY(first.cancelled && folder.times > 0);
      const auto second = run(&folder, -1);
      QVERIFY(!second.cancelled);
      // What is done is not done again.
      QVERIFY2(second.points.front().step >= at - 1 && second.points.front().step > 0,
               qPrintable(QString::number(second.points.front().step)));
      QVERIFY(second.minimum.best.at("w").equal(whole.minimum.best.at("w")));
      const auto &a = second.minimum.report, &b = whole.minimum.report;
      QCOMPARE(a.after, b.after);
      QCOMPARE(a.before, b.before);
      QCOMPARE(a.bestStep, b.bestStep);
      QCOMPARE(a.curve.size(), b.curve.size());
      for (size_t i = 1; i < a.curve.size(); ++i) QCOMPARE(a.curve[i].loss, b.curve[i].loss);
    }
  }

  void keepsNoMoreOftenThanAsked() {
    Folder folder;
    run(&folder, -1, 3600 * 1000);
    QCOMPARE(folder.times, 0);
  }
};

QTEST_APPLESS_MAIN(MinimiseTest)
#include "minimise_test.moc"
