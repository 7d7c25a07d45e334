// BLIP-2 as newer processors feed it: a token for each query in the text instead of pictures before it.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>

#include "core/sweep/run.h"
#include "tests/support/errors.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

namespace {

// Logits of a text of 8 tokens, of a model whose rotation changes for texts longer than `longest`.
at::Tensor logitsOfEight(nlohmann::json config, bool paliGemma, int64_t longest) {
  auto& text = paliGemma ? config["text_config"] : config;
  text["max_position_embeddings"] = longest;
  const auto model = Model::fromConfig(config);
  at::manual_seed(3);
  std::map<std::string, at::Tensor> numbers;
  for (const auto& d : model->declared()) numbers[d.name] = at::randn(d.shape) * 0.3;
  const Weights weights(std::move(numbers));
  auto batch = std::make_shared<Batch>();
  batch->tensors["input_ids"] = at::arange(1, 9, at::kLong).unsqueeze(0);
  State state = begin(batch, weights);
  const auto first = paliGemma ? model->decoderStart() : 0;
  runBlocks(*model, Pass{weights}, state, first, model->blocks().size());
  return state.logits;
}

}  // namespace

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

  // PaliGemma counts places from 1, so that its text of 8 tokens ends at place 9 where a rotation asks how
  // long the text is. A text alone ends at 8.
  void paliGemmaCountsFromOne_data() {
    QTest::addColumn<bool>("paliGemma");
    QTest::addColumn<int>("length");
    QTest::newRow("gemma") << false << 8;
    QTest::newRow("paligemma") << true << 9;
  }
  void paliGemmaCountsFromOne() {
    QFETCH(bool, paliGemma);
    QFETCH(int, length);
    c10::NoGradGuard noGrad;
    const nlohmann::json text{{"model_type", "gemma"},
                              {"hidden_size", 16},
                              {"intermediate_size", 24},
                              {"num_hidden_layers", 1},
                              {"num_attention_heads", 2},
                              {"num_key_value_heads", 1},
                              {"head_dim", 8},
                              {"vocab_size", 20},
                              {"rope_parameters", {{"rope_type", "dynamic"}, {"factor", 4.0}}}};
    const nlohmann::json vision{{"hidden_size", 8},       {"intermediate_size", 8},
                                {"num_hidden_layers", 1}, {"num_attention_heads", 1},
                                {"image_size", 8},        {"patch_size", 4}};
    const nlohmann::json config = paliGemma ? nlohmann::json{{"model_type", "paligemma"},
                                                             {"image_token_index", 19},
                                                             {"text_config", text},
                                                             {"vision_config", vision}}
                                            : text;
    const auto of = [&](int64_t longest) { return logitsOfEight(config, paliGemma, longest); };
    const auto within = of(64);
    QVERIFY(of(length).equal(within));
    QVERIFY(!of(length - 1).equal(within));
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
