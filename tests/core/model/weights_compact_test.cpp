// Matrices as they are stored or without their zeros: the same texts to the bit, in less memory.
#include "core/model/weights_compact.h"

#include <c10/core/GradMode.h>

#include <QtTest/QtTest>
#include <cmath>
#include <optional>

#include "core/bench/synthetic.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/open_model.h"
#include "core/sweep/run.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class CompactWeightsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;

  fs::path model(const std::string& name, DType dtype, double zeros) const {
    BenchShape shape = benchShapeNamed("llama-64");
    shape.dtype = dtype;
    shape.config["hidden_size"] = 192, shape.config["intermediate_size"] = 250;
    shape.config["num_attention_heads"] = shape.config["num_key_value_heads"] = 3;
    const fs::path folder = m_dir.path().toStdString() + "/" + name;
    writeSyntheticModel(shape, folder, {}, zeros);
    return folder / "model";
  }

  // compact: null for matrices in float32.
  static GeneratedText textOf(const OpenModel& model, const Weights& weights, CompactWeights* compact,
                              int64_t texts) {
    std::optional<CompactHere> here;
    if (compact) here.emplace(*compact);
    std::vector<Sample> samples;
    for (int64_t i = 0; i < texts; ++i)
      samples.push_back({{}, "", "a text of " + std::to_string(10 + i), ""});
    const auto batch = model.processor->batch(samples);
    const Pass pass{weights};
    State state = begin(batch, weights);
    runBlocks(*model.model, pass, state, 0, model.model->decoderStart());
    return generateGreedy(*model.model, pass, std::move(state), 6, true);
  }

 private Q_SLOTS:
  void textsHaveTheSameBits_data() {
    QTest::addColumn<int>("dtype");
    QTest::addColumn<double>("zeros");
    for (const auto dtype : {DType::F32, DType::BF16, DType::F16})
      for (const double zeros : {0.0, 0.6})
        QTest::addRow("%s, %g", nameOf(dtype).c_str(), zeros) << int(dtype) << zeros;
  }
  // One text and four, whose products are of few rows, and six, whose are not.
  void textsHaveTheSameBits() {
    QFETCH(int, dtype);
    QFETCH(double, zeros);
    c10::NoGradGuard noGrad;
    const auto open = openModel(model(QTest::currentDataTag(), DType(dtype), zeros));
    for (const int64_t texts : {1, 4, 6}) {
      CompactWeights compact;
      const auto expected = textOf(*open, open->weights, nullptr, texts),
                 found = textOf(*open, open->weights, &compact, texts);
      QVERIFY(found.sequences.equal(expected.sequences));
      QVERIFY(found.stepLogits.equal(expected.stepLogits));
      const auto held = compact.held();
      QVERIFY(held.matrices >= 14);
      QVERIFY(held.sparse <= held.matrices);
      if (zeros == 0) QCOMPARE(held.sparse, int64_t(0));
      const double most = DType(dtype) == DType::F32 ? 1 : 0.5;
      QVERIFY(double(held.bytes) <= most * double(held.float32Bytes));
      for (const auto& name : {"model.layers.0.mlp.up_proj.weight", "lm_head.weight"}) {
        const CompactHere here(compact);
        QVERIFY(wholeMatrix(open->weights, name).equal(open->weights.get(name)));
      }
    }
  }

  // With products in bfloat16 texts are the same on every processor, and near those in float32.
  void productsInBfloat16HaveTheSameBits() {
    c10::NoGradGuard noGrad;
    const auto open = openModel(model("rounded", DType::BF16, 0.6));
    const auto exact = textOf(*open, open->weights, nullptr, 1).stepLogits.select(1, 0);
    std::optional<GeneratedText> expected;
    for (const auto& kernels : productKernels()) {
      QVERIFY(useInstructions(kernels.name));
      CompactWeights compact(Arithmetic::Bfloat16);
      const auto found = textOf(*open, open->weights, &compact, 1);
      if (!expected) expected = found;
      QVERIFY2(found.stepLogits.equal(expected->stepLogits), kernels.name.c_str());
    }
    useInstructions({});
    const auto rounded = expected->stepLogits.select(1, 0);
    QVERIFY(!rounded.equal(exact));
    QVERIFY((rounded - exact).abs().max().item<float>() < 0.02f * exact.abs().max().item<float>());
  }

  // What is set in place of a stored matrix is what counts.
  void matricesThatAreSetAreTaken() {
    c10::NoGradGuard noGrad;
    const auto open = openModel(model("set", DType::BF16, 0.6));
    Weights changed = open->weights;
    const std::string name = "model.layers.1.mlp.down_proj.weight";
    changed.set(name, open->weights.get(name) * 2);
    CompactWeights compact;
    const auto expected = textOf(*open, changed, nullptr, 1), found = textOf(*open, changed, &compact, 1);
    QVERIFY(found.stepLogits.equal(expected.stepLogits));
    QVERIFY(!found.stepLogits.equal(textOf(*open, open->weights, &compact, 1).stepLogits));
  }

  void numbersThatAreNoneAreNamed() {
    c10::NoGradGuard noGrad;
    const auto folder = model("nan", DType::BF16, 0.6);
    const auto open = openModel(folder);
    auto tensors = readTensors(folder / "model.safetensors");
    tensors["lm_head.weight"][3][5] = NAN;
    writeTensors(folder / "model.safetensors", tensors, {});
    const auto checkpoint = Checkpoint::open(folder);
    const Weights weights(checkpoint);
    CompactWeights compact;
    const auto sentence = errorOf([&] { textOf(*open, weights, &compact, 1); });
    QVERIFY2(sentence.contains("lm_head.weight") && sentence.contains("NaN"), qPrintable(sentence));
  }
};

QTEST_APPLESS_MAIN(CompactWeightsTest)
#include "weights_compact_test.moc"
