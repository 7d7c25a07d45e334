// BLIP-2 as newer processors feed it: a token for each query in the text instead of pictures before it.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>

#include "core/sweep/run.h"
#include "tests/support/errors.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

class PictureTokensTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void tokensTakeThePlaceOfThePicturesBeforeTheText_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"blip2-opt", "blip2-t5"}) QTest::newRow(name) << name;
  }
  void tokensTakeThePlaceOfThePicturesBeforeTheText() {
    QFETCH(QString, name);
    c10::NoGradGuard noGrad;
    const auto folder = dataFile("fixtures/models/" + name.toStdString());
    const ModelFixture before(folder);
    auto config = readJson(folder / "config.json");
    constexpr int64_t kToken = 5000;  // it need not be in the table
    config["image_token_index"] = kToken;
    const auto model = Model::fromConfig(config);

    const auto io = readTensors(folder / "io.safetensors");
    const auto batch = batchUnder(io, "forward_labels/in/");
    const auto& ids = batch->at("input_ids");
    const int64_t rows = ids.size(0), queries = config["num_query_tokens"];
    auto tokens = std::make_shared<Batch>(*batch);
    tokens->tensors["input_ids"] = at::cat({at::full({rows, queries}, kToken, at::kLong), ids}, 1);
    tokens->tensors["attention_mask"] =
        at::cat({at::ones({rows, queries}, at::kLong), batch->at("attention_mask")}, 1);
    const auto want = runModel(*before.model, Pass{before.weights}, batch),
               got = runModel(*model, Pass{before.weights}, tokens),
               old = runModel(*model, Pass{before.weights}, batch);
    QVERIFY(want.logits.equal(old.logits));  // without the tokens nothing changes
    const auto shared = got.logits.slice(1, got.logits.size(1) - want.logits.size(1));
    QVERIFY((shared - want.logits).abs().max().item<double>() < 1e-5);
    QVERIFY((got.lossSum - want.lossSum).abs().max().item<double>() < 1e-4);

    tokens->tensors["input_ids"] = tokens->at("input_ids").slice(1, 1);
    tokens->tensors["attention_mask"] = tokens->at("attention_mask").slice(1, 1);
    const auto error = errorOf([&] { runModel(*model, Pass{before.weights}, tokens); });
    QVERIFY2(error.contains("picture tokens (5000)"), qPrintable(error));
  }

  // A model may say the picture's token itself; then no picture takes its place.
  void aGeneratedTokenIsRead_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("table");
    QTest::newRow("llava") << "llava"
                           << "language_model.model.embed_tokens.weight";
    QTest::newRow("blip2-opt-of-5") << "blip2-opt-of-5"
                                    << "language_model.model.decoder.embed_tokens.weight";
  }
  void aGeneratedTokenIsRead() {
    QFETCH(QString, name);
    QFETCH(QString, table);
    c10::NoGradGuard noGrad;
    const auto folder = dataFile("fixtures/models/" + name.toStdString());
    const ModelFixture fixture(folder);
    const int64_t token = readJson(folder / "config.json")["image_token_index"];
    const auto batch = batchUnder(readTensors(folder / "io.safetensors"),
                                  name == "llava" ? "generate_left_padded/in/" : "generate/in/");
    // The second step, where the first has given the picture's token and row `changed` of the table is
    // another.
    const auto secondStep = [&](int64_t changed) {
      Weights weights = fixture.weights;
      auto rows = weights.get(table.toStdString()).clone();
      if (changed >= 0) rows[changed].mul_(-1);
      weights.set(table.toStdString(), rows);
      State state = begin(batch, weights);
      runBlocks(*fixture.model, Pass{weights}, state, 0, fixture.model->decoderStart());
      beginGeneration(*fixture.model, state);
      const auto run = [&] {
        runBlocks(*fixture.model, Pass{weights}, state, fixture.model->decoderStart(),
                  fixture.model->blocks().size());
        state.decoding->position += state.hidden.size(1);
        return state.hidden.clone();
      };
      run();
      state.decoding->tokens = at::full({batch->at("input_ids").size(0), 1}, token, at::kLong);
      state.decoding->tokenMask = at::Tensor();
      return run();
    };
    const auto plain = secondStep(-1);
    QVERIFY(!secondStep(token).equal(plain));
    QVERIFY(secondStep(0).equal(plain));  // no other token is read in its place
  }
};

QTEST_APPLESS_MAIN(PictureTokensTest)
#include "picture_tokens_test.moc"
