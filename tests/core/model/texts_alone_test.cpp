// A text among pictures is what the same weights are as a model of their own: every family that reads
// pictures with every text it can have.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>
#include <fstream>
#include <functional>

#include "core/checkpoint/tensor.h"
#include "core/sweep/run.h"

using namespace espalier;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

json textOf(const std::string& type) {
  json c{{"model_type", type},       {"hidden_size", 16},        {"intermediate_size", 24},
         {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"num_hidden_layers", 2},
         {"vocab_size", 30},         {"pad_token_id", 0},        {"tie_word_embeddings", false}};
  if (type.starts_with("gemma")) c.update({{"head_dim", 6}, {"query_pre_attn_scalar", 8}});
  if (type == "qwen3") c["head_dim"] = 6;
  // No text among pictures has a limit of its logits.
  if (type == "gemma2") c.update({{"sliding_window", 3}, {"final_logit_softcapping", nullptr}});
  if (type == "gemma3_text") c.update({{"sliding_window", 3}, {"sliding_window_pattern", 2}});
  return c;
}

// Weights that go by their names in the text.
at::Tensor numbersOf(const std::string& name, const std::vector<int64_t>& shape) {
  at::manual_seed(std::hash<std::string>()(name) % 100000);
  return at::randn(shape) * 0.3;
}

// What the model of a configuration makes of a text; roots: what its tensors have before their names in the
// text.
at::Tensor logitsOf(const json& config, const std::vector<std::string>& roots, const fs::path& folder) {
  std::map<std::string, at::Tensor> tensors;
  const auto asked = Model::fromConfig(config);
  for (const auto& d : asked->declared()) {
    auto name = d.name;
    for (const auto& root : roots)
      if (name.starts_with(root)) {
        name = name.substr(root.size());
        break;
      }
    tensors[d.name] = numbersOf(name, d.shape);
  }
  fs::create_directories(folder);
  std::ofstream(folder / "config.json") << config.dump();
  writeTensors(folder / "model.safetensors", tensors);
  const auto checkpoint = Checkpoint::open(folder);
  const auto model = Model::fromCheckpoint(*checkpoint);
  const Weights weights(checkpoint, *model);
  auto batch = std::make_shared<Batch>();
  batch->tensors["input_ids"] = at::tensor({3, 17, 8, 22, 5, 9, 11}, at::kLong).unsqueeze(0);
  return runModel(*model, Pass{weights}, batch).logits;
}

}  // namespace

class TextsAloneTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sameAmongPictures_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<QString>("text");
    for (const char* family : {"idefics3", "internvl", "llava", "llava_next", "llava_onevision", "smolvlm"})
      for (const char* text :
           {"gemma", "gemma2", "gemma3_text", "llama", "mistral", "phi3", "qwen2", "qwen3", "smollm3"})
        QTest::addRow("%s with %s", family, text) << family << text;
  }
  void sameAmongPictures() {
    QFETCH(QString, family);
    QFETCH(QString, text);
    c10::NoGradGuard noGrad;
    QTemporaryDir dir;
    const fs::path root = dir.path().toStdString();
    const auto alone = textOf(text.toStdString());
    const json whole{{"model_type", family.toStdString()},
                     {"text_config", alone},
                     {"vision_config",
                      {{"hidden_size", 8},
                       {"intermediate_size", 8},
                       {"num_attention_heads", 2},
                       {"num_hidden_layers", 2},
                       {"image_size", 8},
                       {"patch_size", 4}}},
                     {"image_grid_pinpoints", {{8, 16}}},
                     {"image_token_id", 29},
                     {"tie_word_embeddings", false}};
    const auto want = logitsOf(alone, {"model."}, root / "alone");
    const auto got =
        logitsOf(whole, {"language_model.model.", "language_model.", "model.text_model."}, root / "whole");
    QVERIFY(got.sizes().equals(want.sizes()));
    const double difference = (got - want).abs().max().item<double>();
    QVERIFY2(difference < 1e-5, std::to_string(difference).c_str());
    QVERIFY(want.abs().max().item<double>() > 0.1);
  }
};

QTEST_APPLESS_MAIN(TextsAloneTest)
#include "texts_alone_test.moc"
