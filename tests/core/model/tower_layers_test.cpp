// What the towers of today's families add: resized and spread positions, gated MLPs, rotation, DeiT's second
// token, SigLIP's loss, pictures in their places.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>
#include <cmath>
#include <fstream>

#include "core/model/families/idefics3_vision.h"
#include "core/model/families/picture_places.h"
#include "core/model/layers/contrastive_loss.h"
#include "core/model/layers/picture_start.h"
#include "core/model/layers/transformer_layer.h"
#include "core/sweep/run.h"
#include "tests/support/errors.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

bool near(const at::Tensor& a, const at::Tensor& b, double tolerance = 1e-5) {
  return a.sizes().equals(b.sizes()) && (a - b).abs().max().item<double>() <= tolerance;
}

fs::path familyFolder(const char* name) {
  return dataFile(std::string("families/models/") + name);
}

// A folder with the weights of a fixture and some more, and another configuration.
void writeModel(const fs::path& to, const nlohmann::json& config,
                const std::map<std::string, at::Tensor>& weights) {
  std::ofstream(to / "config.json") << config.dump();
  writeTensors(to / "model.safetensors", weights);
}

std::map<std::string, at::Tensor> outputs(const ModelFixture& f, const std::shared_ptr<const Batch>& batch) {
  std::map<std::string, at::Tensor> out;
  runModel(*f.model, Pass{f.weights, nullptr, &out}, batch);
  return out;
}

}  // namespace

class TowerLayersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { at::manual_seed(3); }

  // A table that grows evenly along its rows and columns does so at every size, but for the edges.
  void resizedTablesKeepASlope() {
    const auto row = at::arange(8, at::kFloat).unsqueeze(1).expand({8, 8}),
               column = at::arange(8, at::kFloat).unsqueeze(0).expand({8, 8});
    const auto table = at::stack({row, column}, 2).reshape({64, 2});
    for (const auto how :
         {PositionResize::Bicubic, PositionResize::BicubicAntialiased, PositionResize::BilinearAntialiased}) {
      QVERIFY(resizedPositions(table, 8, 8, 8, 8, how).is_same(table));
      const auto wide = resizedPositions(table, 8, 8, 8, 16, how).view({8, 16, 2});
      const auto inner = wide.slice(1, 4, 12);
      QVERIFY(near(inner.select(2, 0), row.slice(1, 0, 8), 1e-4));
      // Centres are matched: (x + 0.5) / 2 - 0.5.
      const auto want = (at::arange(4, 12, at::kFloat) + 0.5) / 2 - 0.5;
      QVERIFY(near(inner.select(2, 1), want.unsqueeze(0).expand({8, 8}), 0.05));
    }
  }

  void picturesOfAnotherSizeNeedATableThatCanBeResized() {
    const auto folder = dataFile("fixtures/models/vit");
    const ModelFixture f(folder);
    auto batch = batchUnder(readTensors(folder / "io.safetensors"), "forward_labels/in/");
    const auto& pixels = batch->at("pixel_values");
    batch->tensors["pixel_values"] = at::zeros({1, 3, 2 * pixels.size(2), pixels.size(3)});
    const auto error = errorOf([&] { runModel(*f.model, Pass{f.weights}, batch); });
    QVERIFY2(error.contains("the model has positions for"), qPrintable(error));
  }

  // A picture that fills 2 x 3 of 4 x 4 patches is spread over the whole table.
  void positionsAreSpreadOverTheTable() {
    auto whole = at::ones({1, 4, 4}, at::kBool);
    QVERIFY(spreadPositions(whole, 4).equal(at::arange(16, at::kLong).unsqueeze(0)));
    auto part = at::zeros({1, 4, 4}, at::kBool);
    part.slice(1, 0, 2).slice(2, 0, 3).fill_(true);
    // Rows 0 and 1/2 of the height: 0 and 2. Columns 0, 1/3 and 2/3: 0, 1 and 2.
    const auto want = at::tensor({0, 1, 2, 0, 8, 9, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0}, at::kLong).unsqueeze(0);
    QVERIFY(spreadPositions(part, 4).equal(want));
    // Every side with its own number of patches is itself: rounding moves none.
    for (int64_t side = 1; side <= 64; ++side)
      if (const auto all = spreadPositions(at::ones({1, 1, side}, at::kBool), side).squeeze(0);
          side == 14 || side == 16 || side == 27 || side == 32)
        QVERIFY2(all.equal(at::arange(side, at::kLong)), std::to_string(side).c_str());
  }

  void tilesOfZerosAreDropped() {
    c10::NoGradGuard noGrad;
    const auto folder = familyFolder("smolvlm-256m-like");
    const ModelFixture f(folder);
    const auto io = readTensors(folder / "io.safetensors");
    const auto plain = batchUnder(io, "forward_right_padded/in/");
    auto more = std::make_shared<Batch>(*plain);
    for (const char* name : {"pixel_values", "pixel_attention_mask"}) {
      const auto& t = plain->at(name);
      auto shape = t.sizes().vec();
      shape[1] = 1;
      more->tensors[name] = at::cat({t, at::zeros(shape, t.options())}, 1);
    }
    const auto want = runModel(*f.model, Pass{f.weights}, plain),
               got = runModel(*f.model, Pass{f.weights}, more);
    QVERIFY(got.logits.equal(want.logits));
  }

  void picturesAndTheirPlacesAreCounted() {
    c10::NoGradGuard noGrad;
    const auto folder = familyFolder("smolvlm-256m-like");
    const ModelFixture f(folder);
    const auto io = readTensors(folder / "io.safetensors");
    const auto plain = batchUnder(io, "forward_nomask/in/");
    const int64_t token = readJson(folder / "config.json")["image_token_id"];
    auto fewer = std::make_shared<Batch>(*plain);
    auto ids = plain->at("input_ids").clone();
    const auto places = (ids[0] == token).nonzero().squeeze(1);
    const auto count = places.size(0);
    ids[0][places[0]] = 5;
    fewer->tensors["input_ids"] = ids;
    const auto error = errorOf([&] { runModel(*f.model, Pass{f.weights}, fewer); });
    QVERIFY2(error.contains(QString("hold %1 picture tokens (%2); their pictures make %3")
                                .arg(count - 1)
                                .arg(token)
                                .arg(count)),
             qPrintable(error));
    fewer->tensors["image_index"] = at::zeros({1}, at::kLong);
    QVERIFY(errorOf([&] { runModel(*f.model, Pass{f.weights}, fewer); }).contains("Text 1 of a batch holds"));
    auto none = std::make_shared<Batch>();
    none->tensors["input_ids"] = plain->at("input_ids");
    QVERIFY(errorOf([&] { runModel(*f.model, Pass{f.weights}, none); }).contains("no picture was given"));
    auto outside = std::make_shared<Batch>(*plain);
    outside->tensors["image_index"] = at::full({1}, 3, at::kLong);
    QVERIFY(errorOf([&] { runModel(*f.model, Pass{f.weights}, outside); }).contains("image_index"));
  }

  // Two texts about one picture of several tiles are what each is alone.
  void textsShareAPictureOfTiles() {
    c10::NoGradGuard noGrad;
    const auto folder = familyFolder("idefics3-padded-tied");
    const ModelFixture f(folder);
    const auto one = batchUnder(readTensors(folder / "io.safetensors"), "generate_left_padded/in/");
    for (auto& [name, tensor] : one->tensors) tensor = tensor.narrow(0, 0, 1);
    auto two = std::make_shared<Batch>(*one);
    for (const char* text : {"input_ids", "attention_mask"})
      two->tensors[text] = one->at(text).repeat({2, 1});
    two->tensors["image_index"] = at::zeros({2}, at::kLong);
    const auto want = runModel(*f.model, Pass{f.weights}, one).logits,
               got = runModel(*f.model, Pass{f.weights}, two).logits;
    QVERIFY(near(got[0], want[0]) && near(got[1], want[0]));
  }

  void shapesThatDoNotMatchTheMaskAreRefused() {
    const auto folder = familyFolder("siglip2-naflex");
    const ModelFixture f(folder);
    auto batch = batchUnder(readTensors(folder / "io.safetensors"), "forward/in/");
    auto shapes = batch->at("spatial_shapes").clone();
    shapes[1][0] = shapes[1][0] + 1;
    batch->tensors["spatial_shapes"] = shapes;
    const auto error = errorOf([&] { runModel(*f.model, Pass{f.weights}, batch); });
    QVERIFY2(error.contains("Picture 1 has") && error.contains("spatial_shapes makes it"), qPrintable(error));
  }

  // -log sigmoid(z) of a text with its picture, -log sigmoid(-z) with every other.
  void siglipsLossAsksOfEveryPair() {
    c10::NoGradGuard noGrad;
    State s;
    auto batch = std::make_shared<Batch>();
    batch->tensors["image_index"] = at::tensor({1, 0, 1}, at::kLong);
    s.inputs = batch;
    const auto z = at::randn({2, 3, 2}) * 3;
    const auto got = pairwiseLoss(s, z);
    for (int64_t fork = 0; fork < 2; ++fork)
      for (int64_t r = 0; r < 3; ++r) {
        double want = 0;
        for (int64_t p = 0; p < 2; ++p) {
          const double value = z[fork][r][p].item<double>();
          want += std::log1p(std::exp((r % 2 == 0) == (p == 1) ? -value : value));
        }
        QVERIFY(std::abs(got[fork * 3 + r].item<double>() - want) < 1e-9);
      }
  }

  void mlpsAreGated_data() {
    QTest::addColumn<bool>("inOne");
    QTest::newRow("two projections in one (SwiGLU of DINOv2)") << true;
    QTest::newRow("a projection each (DINOv3)") << false;
  }
  void mlpsAreGated() {
    QFETCH(bool, inOne);
    c10::NoGradGuard noGrad;
    const auto source = inOne ? familyFolder("dinov2") : familyFolder("dinov3-vit");
    auto config = readJson(source / "config.json");
    auto weights = readTensors(source / "model.safetensors");
    const int64_t width = config["hidden_size"];
    config[inOne ? "use_swiglu_ffn" : "use_gated_mlp"] = true;
    config["num_hidden_layers"] = 1;
    const std::string layer = inOne ? "dinov2.encoder.layer.0." : "layer.0.";
    const int64_t inner =
        inOne ? (int64_t(double(width) * config["mlp_ratio"].get<double>()) * 2 / 3 + 7) / 8 * 8
              : config["intermediate_size"].get<int64_t>();
    const auto add = [&](const std::string& name, int64_t rows, int64_t columns) {
      weights[layer + name + ".weight"] = at::randn({rows, columns}) / 4;
      weights[layer + name + ".bias"] = at::randn({rows}) / 4;
    };
    if (inOne) {
      add("mlp.weights_in", 2 * inner, width);
      add("mlp.weights_out", width, inner);
    } else {
      add("mlp.gate_proj", inner, width);
    }
    QTemporaryDir dir;
    const fs::path folder = dir.path().toStdString();
    writeModel(folder, config, weights);
    const ModelFixture f(folder);
    auto batch = std::make_shared<Batch>();
    batch->tensors["pixel_values"] = at::randn({2, 3, 28, 28});

    // The MLP of the one layer, by its definition, on what stands before it.
    class Inputs : public LinearHook {
     public:
      void onLinear(const std::string& name, const at::Tensor& x, at::Tensor& y) override {
        in[name] = x.clone(), out[name] = y.clone();
      }
      std::map<std::string, at::Tensor> in, out;
    } seen;
    runModel(*f.model, Pass{f.weights, &seen}, batch);
    const auto linear = [&](const std::string& name, const at::Tensor& x) {
      return at::linear(x, weights[layer + name + ".weight"], weights[layer + name + ".bias"]);
    };
    if (inOne) {
      const auto x = seen.in.at(layer + "mlp.weights_in.weight");
      const auto both = linear("mlp.weights_in", x);
      const auto want = at::silu(both.slice(2, 0, inner)) * both.slice(2, inner);
      QVERIFY(near(seen.in.at(layer + "mlp.weights_out.weight"), want));
    } else {
      const auto x = seen.in.at(layer + "mlp.gate_proj.weight");
      const auto want = at::gelu(linear("mlp.gate_proj", x)) * linear("mlp.up_proj", x);
      QVERIFY(near(seen.in.at(layer + "mlp.down_proj.weight"), want));
    }
  }

  // A ViT with a second token and a second classifier. With a token that equals the class token in all it
  // says the same twice.
  void deitAsksItsTeachersToken() {
    c10::NoGradGuard noGrad;
    const auto source = dataFile("fixtures/models/vit");
    auto config = readJson(source / "config.json");
    config["model_type"] = "deit";
    config["architectures"] = {"DeiTForImageClassificationWithTeacher"};
    std::map<std::string, at::Tensor> weights;
    for (const auto& [given, tensor] : readTensors(source / "model.safetensors")) {
      auto name = given;
      if (name.starts_with("vit.")) name = "deit." + name.substr(4);
      if (name.starts_with("classifier.")) name = "cls_" + name;
      weights[name] = tensor;
    }
    const auto positions = weights["deit.embeddings.position_embeddings"];
    weights["deit.embeddings.position_embeddings"] =
        at::cat({positions.slice(1, 0, 1), positions.slice(1, 0, 1), positions.slice(1, 1)}, 1);
    weights["deit.embeddings.distillation_token"] = weights["deit.embeddings.cls_token"];
    weights["distillation_classifier.weight"] = weights["cls_classifier.weight"] * 3;
    weights["distillation_classifier.bias"] = weights["cls_classifier.bias"] * 3;
    QTemporaryDir dir;
    const fs::path folder = dir.path().toStdString();
    writeModel(folder, config, weights);
    const ModelFixture f(folder);
    QCOMPARE(f.model->task(), ModelTask::Classify);
    const auto batch = batchUnder(readTensors(source / "io.safetensors"), "forward_labels/in/");
    auto own = outputs(f, batch);
    QVERIFY(near(own.at("distillation_logits"), own.at("cls_logits") * 3, 1e-4));
    QVERIFY(near(own.at("logits"), own.at("cls_logits") * 2, 1e-4));
    QVERIFY(own.at("last_hidden_state").size(1) == positions.size(1) + 1);

    // With a token of its own it says something of its own.
    weights["deit.embeddings.distillation_token"] = at::randn_like(weights["deit.embeddings.cls_token"]);
    QTemporaryDir other;
    const fs::path second = other.path().toStdString();
    writeModel(second, config, weights);
    auto changed = outputs(ModelFixture(second), batch);
    QVERIFY(!near(changed.at("distillation_logits"), changed.at("cls_logits") * 3, 1e-4));
  }
};

QTEST_APPLESS_MAIN(TowerLayersTest)
#include "tower_layers_test.moc"
