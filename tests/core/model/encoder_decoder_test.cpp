// T5 and BLIP-2 with T5 against the reference implementation's outputs.
#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/checkpoint/tensor.h"
#include "core/sweep/run.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using espalier::test::fixturesRoot;

namespace {

struct Case {
  std::shared_ptr<const Model> model;
  Weights weights;
  std::map<std::string, at::Tensor> io;
  nlohmann::json calls;
};

Case openCase(const std::filesystem::path& folder) {
  const auto checkpoint = Checkpoint::open(folder);
  return {Model::fromCheckpoint(*checkpoint), Weights(checkpoint), readTensors(folder / "io.safetensors"),
          test::readJson(folder / "io.json")["calls"]};
}

std::shared_ptr<Batch> inputsOf(const Case& c, const std::string& call) {
  auto batch = std::make_shared<Batch>();
  const std::string prefix = call + "/in/";
  for (const auto& [name, t] : c.io)
    if (name.starts_with(prefix)) batch->tensors[name.substr(prefix.size())] = t;
  return batch;
}

}  // namespace

class EncoderDecoderTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void matchesReference_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : test::entriesOf(fixturesRoot() / "models")) {
      const auto config = test::readJson(folder / "config.json");
      const auto type = config.value("model_type", "");
      if (type == "t5" || (type == "blip-2" && config["text_config"].value("model_type", "") == "t5"))
        QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
    }
  }

  void matchesReference() {
    QFETCH(QString, folder);
    at::NoGradGuard noGrad;
    const Case c = openCase(folder.toStdString());
    int compared = 0;
    for (const auto& call : c.calls) {
      const std::string name = call["name"];
      const auto inputs = inputsOf(c, name);
      std::map<std::string, at::Tensor> got;
      const Pass pass{c.weights, nullptr, &got};
      if (name.starts_with("generate")) {
        State state;
        state.inputs = inputs;
        runBlocks(*c.model, pass, state, 0, c.model->decoderStart());
        at::Tensor logits;
        const auto ids = generateGreedy(*c.model, pass, state, inputs->at("input_ids").size(0), 8, &logits);
        QVERIFY2(ids.equal(c.io.at(name + "/out/sequences")), name.c_str());
        ++compared;
        continue;
      }
      const State state = runModel(*c.model, pass, inputs);
      got["logits"] = state.logits;
      if (state.lossSum.defined()) {
        got["loss"] = lossOfForks(state)[0];
        got["per_sample_loss"] = state.lossSum / state.lossCount;
      }
      for (const auto& [output, info] : call["outputs"].items()) {
        if (!got.contains(output)) continue;
        const auto want = c.io.at(name + "/out/" + output);
        const double tolerance = std::max(1e-5, 10 * info.value("max_abs_diff_vs_float64", 0.0));
        const double difference = (got[output].to(at::kDouble) - want.to(at::kDouble)).abs().max().item<double>();
        QVERIFY2(difference <= tolerance,
                 (name + " " + output + " differs by " + std::to_string(difference)).c_str());
        ++compared;
      }
    }
    QVERIFY(compared >= 4);
  }
};

QTEST_APPLESS_MAIN(EncoderDecoderTest)
#include "encoder_decoder_test.moc"
