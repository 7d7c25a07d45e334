// A model without the heads and neurons that do nothing is smaller, and the same model.
#include "core/engine/shrink_model.h"

#include <QtTest/QtTest>
#include <fstream>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/forward_calls.h"
#include "core/engine/open_model.h"
#include "core/engine/pack_model.h"
#include "core/engine/prune_model.h"
#include "core/model/units.h"
#include "core/prune/prune_model.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class ShrinkModelTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path out(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

  // Half of each block's weights pruned in whole heads and neurons, by magnitude.
  void prune(const fs::path& from, const fs::path& to,
             const std::function<double(size_t block)>& sparsity) const {
    const auto dense = openModel(from);
    PruneOptions chosen;
    chosen.criterion = "magnitude", chosen.pattern = "units";
    const auto options = modelOptionsOf(chosen, *dense->model);
    std::unordered_map<std::string, double> sparsities;
    size_t b = 0;
    for (const auto& block : dense->model->blocks()) {
      if (block->description().matrices.empty()) continue;
      for (const auto& m : block->description().matrices) sparsities[m.name] = sparsity(b);
      ++b;
    }
    auto pruned = espalier::pruneModel(*dense->model, dense->weights, {}, sparsities, options, {});
    exportModel({dense->checkpoint, dense->model, std::move(pruned.weights), dense->processor, dense->info},
                {{"by", "test"}}, to, {});
  }
  void pruneHalf(const fs::path& from, const fs::path& to) const {
    prune(from, to, [](size_t) { return 0.5; });
  }

  // A copy: exports follow no links to elsewhere, which the files of tests may be.
  fs::path fixture(const std::string& name) const {
    const auto copy = out("fixture-" + name);
    if (fs::exists(copy)) return copy;
    for (const auto& folder : modelFolders())
      if (folder.filename() == name) {
        fs::create_directories(copy);
        for (const auto& file : entriesOf(folder))
          if (!fs::is_directory(file)) fs::copy_file(file, copy / file.filename());
        return copy;
      }
    return {};
  }

  void outputsAgree(const fs::path& a, const fs::path& b, const fs::path& inputs) const {
    runForwardCalls(a, inputs, out("a.safetensors"));
    runForwardCalls(b, inputs, out("b.safetensors"));
    const auto before = readTensors(out("a.safetensors")), after = readTensors(out("b.safetensors"));
    QVERIFY(!before.empty());
    for (const auto& [name, value] : before) {
      QVERIFY2(after.contains(name), name.c_str());
      // Sums are made in other orders, so what hangs by a hair may fall to the other side.
      if (!value.is_floating_point()) continue;
      const auto& other = after.at(name);
      if (name.find("generate") != std::string::npos && value.sizes() != other.sizes()) continue;
      QVERIFY2(value.sizes() == other.sizes() && at::allclose(value, other, 1e-4, 1e-4), name.c_str());
    }
  }

 private Q_SLOTS:
  void smallerModelsComputeTheSame_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QStringList>("numbers");  // that become smaller
    const QStringList both{"/intermediate_size", "/num_attention_heads"};
    QTest::newRow("llama-gqa") << "llama-gqa" << both;
    QTest::newRow("llama") << "llama" << both;
    QTest::newRow("qwen3") << "qwen3" << both;
    QTest::newRow("gemma2") << "gemma2" << both;
    QTest::newRow("phi3") << "phi3" << both;
    QTest::newRow("smollm3") << "smollm3" << both;
    QTest::newRow("opt") << "opt" << QStringList{"/ffn_dim"};
    QTest::newRow("t5") << "t5" << QStringList{"/d_ff"};
    QTest::newRow("vit") << "vit" << QStringList{"/intermediate_size"};
    QTest::newRow("clip") << "clip"
                          << QStringList{"/text_config/intermediate_size",
                                         "/vision_config/intermediate_size"};
    for (const auto* model : {"blip2-t5", "blip2-opt"})
      QTest::newRow(model) << model
                           << QStringList{"/qformer_config/intermediate_size",
                                          model == std::string("blip2-t5") ? "/text_config/d_ff"
                                                                           : "/text_config/ffn_dim",
                                          "/vision_config/intermediate_size"};
    QTest::newRow("siglip") << "siglip" << QStringList{"/text_config/intermediate_size"};
  }
  void smallerModelsComputeTheSame() {
    QFETCH(QString, model);
    QFETCH(QStringList, numbers);
    const auto name = model.toStdString();
    const auto folder = fixture(name);
    QVERIFY(!folder.empty());
    pruneHalf(folder, out(name + "-pruned"));
    const auto result = shrinkModel(out(name + "-pruned"), out(name + "-small"), {});
    QStringList found;
    const auto before = readJsonFile(folder / "config.json"),
               config = readJsonFile(out(name + "-small") / "config.json");
    for (const auto& n : result.numbers) {
      found << QString::fromStdString(n.pointer);
      const nlohmann::json::json_pointer at(n.pointer);
      QCOMPARE(config.at(at).get<int64_t>(), n.after);
      QCOMPARE(before.at(at).get<int64_t>(), n.before);
      QVERIFY(n.after < n.before && n.fewest <= n.after);
    }
    found.sort();
    QCOMPARE(found, numbers);
    // The other kinds are told, by the key or the reason.
    if (numbers.size() == 1)
      QVERIFY2(!result.notes.empty() && result.notes.front().find("stay, because") != std::string::npos,
               "no note");
    QVERIFY(result.bytes < result.denseBytes);
    const auto small = openModel(out(name + "-small"));
    QVERIFY(std::abs(small->info.sparsity - result.sparsity) < 1e-9);
    QVERIFY(small->info.sparsity < openModel(out(name + "-pruned"))->info.sparsity);
    const auto recipe = readJsonFile(out(name + "-small") / "espalier-recipe.json");
    QCOMPARE(recipe.at("by").get<std::string>(), std::string("test"));
    QCOMPARE(recipe.at("shrunk").size(), result.numbers.size());
    outputsAgree(out(name + "-pruned"), out(name + "-small"), folder / "io.safetensors");
    // Nothing is left to leave out, or what is cannot be told.
    QVERIFY(errorOf([&] {
              shrinkModel(out(name + "-small"), out("none"), {});
            }).contains("holds nothing that could be left out"));
    QVERIFY(!fs::exists(out("none")));
  }

  // One number for all layers: each keeps as many as the one that needs the most.
  void layersThatDifferKeepTheMost() {
    const auto folder = fixture("llama-gqa");
    prune(folder, out("uneven"), [](size_t b) { return b == 0 ? 0.25 : 0.75; });
    const auto result = shrinkModel(out("uneven"), out("uneven-small"), {});
    bool neurons = false;
    for (const auto& n : result.numbers)
      if (n.kind == "neurons") {
        neurons = true;
        QVERIFY(n.fewest < n.after && n.after < n.before);
      }
    QVERIFY(neurons);
    QVERIFY(result.sparsity > 0.1);  // zeros that had to stay
    outputsAgree(out("uneven"), out("uneven-small"), folder / "io.safetensors");
  }

  void packedFoldersAndShardsAreTaken() {
    const auto folder = fixture("llama-gqa");
    pruneHalf(folder, out("whole"));
    packModel(out("whole"), out("packed"), {});
    shrinkModel(out("whole"), out("whole-small"), {});
    shrinkModel(out("packed"), out("packed-small"), {});
    QVERIFY(readTextFile(out("whole-small") / "model.safetensors") ==
            readTextFile(out("packed-small") / "model.safetensors"));
    QVERIFY(!fs::exists(out("packed-small") / "model.packed.safetensors"));
    // In two shards, the same tensors.
    fs::create_directories(out("shards"));
    for (const auto& e : fs::directory_iterator(out("whole")))
      if (e.path().filename() != "model.safetensors")
        fs::copy_file(e.path(), out("shards") / e.path().filename());
    std::map<std::string, at::Tensor> parts[2];
    nlohmann::json map;
    size_t i = 0;
    for (const auto& [name, value] : readTensors(out("whole") / "model.safetensors")) {
      const auto file = "model-0000" + std::to_string(1 + i % 2) + "-of-00002.safetensors";
      map[name] = file;
      parts[i++ % 2][name] = value;
    }
    writeTensors(out("shards") / "model-00001-of-00002.safetensors", parts[0], {});
    writeTensors(out("shards") / "model-00002-of-00002.safetensors", parts[1], {});
    writeFileAtomically(out("shards") / "model.safetensors.index.json",
                        jsonText(nlohmann::json{{"weight_map", map}}));
    shrinkModel(out("shards"), out("shards-small"), {});
    const auto a = openModel(out("whole-small")), b = openModel(out("shards-small"));
    for (const auto& t : a->checkpoint->tensors())
      QVERIFY2(a->weights.get(t.name).equal(b->weights.get(t.name)), t.name.c_str());
  }

  void refusals() {
    const auto folder = fixture("llama");
    const auto sentence = errorOf([&] { shrinkModel(folder, out("x"), {}); });
    QVERIFY2(sentence.contains("every head and neuron is used") && sentence.contains("--pattern units"),
             qPrintable(sentence));
    pruneHalf(folder, out("y"));
    QVERIFY(errorOf([&] { shrinkModel(out("y"), out("y"), {}); }).contains("is there already"));
    QVERIFY(!fs::exists(out("x")));
    // Matrices that no head or neuron holds.
    const auto experts = fixture("qwen3-moe");
    QVERIFY(!experts.empty());
    const auto unknown = errorOf([&] { pruneHalf(experts, out("z")); });
    QVERIFY2(unknown.contains("belongs to no attention heads or neurons"), qPrintable(unknown));
  }
};

QTEST_GUILESS_MAIN(ShrinkModelTest)
#include "shrink_model_test.moc"
