// Configurations of Qwen2-VL to Qwen3.5: what they mean, and what is refused by key and value.
#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <fstream>

#include "core/bench/shapes.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/forward_calls.h"
#include "core/model/model.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

fs::path folderOf(const std::string& name) {
  return dataFile("families/models/" + name);
}

// Why a model whose configuration is changed at a place ("/vision_config/num_heads") cannot be made.
QString refusal(const std::string& name, const std::string& place, const json& value) {
  auto config = readJson(folderOf(name) / "config.json");
  config[json::json_pointer(place)] = value;
  return errorOf([&] { Model::fromConfig(config); });
}

int64_t parametersOf(const std::string& shape) {
  return Model::fromConfig(benchShapeNamed(shape).config)->declaredBytes() / int64_t(sizeof(float));
}

}  // namespace

class QwenConfigTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // As many as the published checkpoints hold.
  void publishedSizes() {
    QCOMPARE(parametersOf("qwen2-vl-2b"), int64_t(2208985600));
    QCOMPARE(parametersOf("qwen2.5-vl-3b"), int64_t(3754622976));
    QCOMPARE(parametersOf("qwen3-vl-2b"), int64_t(2127532032));
    QCOMPARE(parametersOf("gemma-3-4b"), int64_t(4300079472));
  }

  void refusedByKeyAndValue_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QStringList>("says");
    const auto row = [](const char* model, const char* place, const char* value, const QStringList& says) {
      QTest::addRow("%s, %s %s", model, place, value) << model << place << value << says;
    };
    const char *second = "qwen2-vl-untied-window", *half = "qwen2.5-vl-untied", *third = "qwen3-vl";
    row(second, "/text_config/rope_parameters/mrope_section", "[1, 1, 1]", {"mrope_section", "add up to 4"});
    row(second, "/text_config/rope_parameters/mrope_section", "[2, 2]", {"mrope_section", "[2,2]"});
    row(second, "/text_config/layer_types", R"(["full_attention"])", {"layer_types", "1 layers", "is 3"});
    row(second, "/text_config/layer_types", R"(["full_attention", "linear_attention", "full_attention"])",
        {"linear_attention", "sliding_attention can be computed"});
    row(second, "/vision_config/num_heads", "16", {"vision_config", "width 2", "multiple of 4"});
    row(second, "/vision_config/hidden_size", "48", {"tokens of width 48", "width is 32"});
    row(second, "/vision_config/mlp_ratio", "0", {"mlp_ratio", "makes 1 to 16777216"});
    row(half, "/vision_config/window_size", "4", {"window_size", "4", "10 pixels"});
    row(third, "/vision_config/num_position_embeddings", "35", {"num_position_embeddings", "35", "square"});
    row(third, "/vision_config/hidden_act", "\"swishy\"", {"vision_config.hidden_act", "swishy"});
    row("qwen3.5", "/text_config/rope_parameters/partial_rotary_factor", "0.01", {"partial_rotary_factor"});
    row("qwen3.5", "/text_config/linear_num_value_heads", "3", {"linear_num_value_heads", "3"});
  }
  void refusedByKeyAndValue() {
    QFETCH(QString, model);
    QFETCH(QString, place);
    QFETCH(QString, value);
    QFETCH(QStringList, says);
    const auto said = refusal(model.toStdString(), place.toStdString(), json::parse(value.toStdString()));
    for (const auto& part : says) QVERIFY2(said.contains(part), qPrintable(said));
    QVERIFY2(said.endsWith('.') && said.count(". ") == 0, qPrintable(said));
  }

  // Mergers are numbered by the list; their tokens go to the text in the order of the layers.
  void deepStackMayBeListedInAnyOrder() {
    const auto source = folderOf("qwen3-vl");
    QTemporaryDir dir;
    const fs::path copy = dir.path().toStdString(), out = copy / "out.safetensors";
    auto config = readJson(source / "config.json");
    QCOMPARE(config["vision_config"]["deepstack_visual_indexes"], json({0, 1}));
    config["vision_config"]["deepstack_visual_indexes"] = {1, 0};
    std::ofstream(copy / "config.json") << config;
    fs::copy_file(source / "generation_config.json", copy / "generation_config.json");
    std::map<std::string, at::Tensor> weights;
    const std::string zero = "deepstack_merger_list.0", one = "deepstack_merger_list.1";
    for (const auto& [stored, tensor] : readTensors(source / "model.safetensors")) {
      auto name = stored;
      if (const auto at = name.find(zero); at != std::string::npos)
        name.replace(at, zero.size(), one);
      else if (const auto other = name.find(one); other != std::string::npos)
        name.replace(other, one.size(), zero);
      weights[name] = tensor;
    }
    writeTensors(copy / "model.safetensors", weights);
    const auto outputs = [&](const fs::path& folder) {
      runForwardCalls(folder, source / "io.safetensors", out);
      return readTensors(out);
    };
    const auto want = outputs(source), got = outputs(copy);
    for (const auto& [name, tensor] : want) QVERIFY2(got.at(name).equal(tensor), name.c_str());
  }

  void videosAreRefused() {
    const auto source = folderOf("qwen3-vl");
    QTemporaryDir dir;
    const fs::path in = fs::path(dir.path().toStdString()) / "in.safetensors";
    writeTensors(in, {{"forward/in/input_ids", at::ones({1, 3}, at::kLong)},
                      {"forward/in/pixel_values_videos", at::zeros({4, 96})}});
    const auto said = errorOf([&] { runForwardCalls(source, in, in); });
    QVERIFY2(said.contains("videos cannot be computed"), qPrintable(said));
  }
};

QTEST_APPLESS_MAIN(QwenConfigTest)
#include "qwen_config_test.moc"
