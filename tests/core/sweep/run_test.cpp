// What a pass along known tokens says is what generation says step by step; a pass that is stopped ends
// between blocks.
#include "core/sweep/run.h"

#include <c10/core/GradMode.h>

#include <QtTest/QtTest>

#include "core/base/error.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

namespace {

// Stops the pass it watches at the first product it sees.
class StopAtOnce : public LinearHook {
 public:
  std::stop_source source;
  int products = 0;
  void onLinear(const std::string&, const at::Tensor&, at::Tensor&) override {
    ++products;
    source.request_stop();
  }
};

}  // namespace

class RunTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void alongTokensAsStepByStep_data() {
    QTest::addColumn<QString>("folder");
    for (const char* name : {"t5", "blip2-t5", "t5-v10-tied-relu"}) {
      const auto path = dataFile("fixtures") / "models" / name;
      QVERIFY(std::filesystem::exists(path));
      QTest::newRow(name) << QString::fromStdString(path.string());
    }
  }
  void alongTokensAsStepByStep() {
    c10::NoGradGuard noGrad;
    QFETCH(QString, folder);
    const std::filesystem::path path = folder.toStdString();
    const ModelFixture f(path);
    const auto io = readTensors(path / "io.safetensors");
    const Pass pass{f.weights};
    int compared = 0;
    const auto described = readJson(path / "io.json");
    for (const auto& entry : described["calls"]) {
      const auto call = entry["name"].get<std::string>();
      if (!call.starts_with("generate")) continue;
      State encoded;
      encoded.inputs = batchUnder(io, call + "/in/");
      runBlocks(*f.model, pass, encoded, 0, f.model->decoderStart());
      const auto text = generateGreedy(*f.model, pass, encoded, 6, true);
      const auto known = text.sequences.slice(1, text.begin);
      const int64_t steps = text.stepLogits.size(1);
      const auto all = logitsAlong(*f.model, pass, encoded, {}, known);
      QCOMPARE(all.size(1), known.size(1) + 1);
      QVERIFY(at::allclose(all.slice(1, 0, steps), text.stepLogits, 1e-4, 1e-4));
      // Of some rows, and of them alone.
      const auto last = at::tensor(std::vector<int64_t>{known.size(0) - 1});
      const auto one = logitsAlong(*f.model, pass, encoded, last, known.index_select(0, last));
      QVERIFY(at::allclose(one, all.slice(0, known.size(0) - 1), 1e-4, 1e-4));
      ++compared;
    }
    QVERIFY(compared > 0);
  }

  void aStopIsObeyedBetweenBlocks() {
    c10::NoGradGuard noGrad;
    const auto path = dataFile("fixtures") / "models" / "t5";
    const ModelFixture f(path);
    const auto io = readTensors(path / "io.safetensors");
    const auto described = readJson(path / "io.json");
    const auto call = described["calls"][0]["name"].get<std::string>();
    StopAtOnce hook;
    const Pass pass{.weights = f.weights, .hook = &hook, .stop = hook.source.get_token()};
    QVERIFY_THROWS_EXCEPTION(Cancelled, runModel(*f.model, pass, batchUnder(io, call + "/in/")));
    // Those of the one block that was running.
    const auto seen = hook.products;
    QVERIFY(seen > 0 && seen < 10);
    QVERIFY_THROWS_EXCEPTION(Cancelled, runModel(*f.model, pass, batchUnder(io, call + "/in/")));
    QCOMPARE(hook.products, seen);
  }
};

QTEST_MAIN(RunTest)
#include "run_test.moc"
