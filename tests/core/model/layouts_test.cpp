// A model in each layout that versions of the library write: config.json, and the names of tensors.
#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <fstream>

#include "core/checkpoint/tensor.h"
#include "core/engine/engine.h"
#include "core/engine/forward_calls.h"
#include "core/engine/open_model.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

using Tensors = std::map<std::string, at::Tensor>;

// What a folder's calls give.
Tensors outputsOf(const fs::path& folder, const fs::path& inputs, const fs::path& scratch) {
  runForwardCalls(folder, inputs, scratch);
  return readTensors(scratch);
}

void compareEqual(const Tensors& got, const Tensors& want) {
  QCOMPARE(got.size(), want.size());
  for (const auto& [name, tensor] : want) {
    const auto it = got.find(name);
    QVERIFY2(it != got.end() && it->second.equal(tensor), name.c_str());
  }
}

// A folder's weights, in one file or in shards.
Tensors weightsOf(const fs::path& folder) {
  Tensors all;
  for (const auto& file : entriesOf(folder))
    if (file.extension() == ".safetensors" && file.filename().string().starts_with("model"))
      all.merge(readTensors(file));
  return all;
}

// The files of a model but config.json and the calls.
void copyRest(const fs::path& from, const fs::path& to) {
  for (const auto& file : entriesOf(from))
    if (const auto name = file.filename().string(); name.starts_with("model") || name.starts_with("gener"))
      fs::copy_file(file, to / name);
}

// Names that parts have in files of other versions and programs, as transformers' conversion tables list
// them.
struct Naming {
  const char* name;
  bool hasSections;                                            // of models with pictures in texts
  std::vector<std::string> models;                             // how their folders' names begin
  std::vector<std::pair<std::string, std::string>> renamings;  // the first that fits counts
};

const std::vector<Naming> kNamings{
    // As the library's modules are called since version 5.
    {"inner",
     true,
     {"llava", "gemma3", "paligemma", "internvl"},
     {{"language_model.model.", "model.language_model."},
      {"language_model.lm_head.", "lm_head."},
      {"vision_tower.vision_model.", "model.vision_tower."},
      {"vision_tower.", "model.vision_tower."},
      {"multi_modal_projector.", "model.multi_modal_projector."},
      {"image_newline", "model.image_newline"}}},
    // A tower has lost its first name in version 5.
    {"tower of the other version",
     true,
     {"llava", "gemma3", "paligemma"},
     {{"vision_tower.vision_model.", "vision_tower."}, {"vision_tower.", "vision_tower.vision_model."}}},
    {"inner, tower as published",
     true,
     {"llava", "gemma3", "paligemma"},
     {{"language_model.model.", "model.language_model."},
      {"language_model.lm_head.", "lm_head."},
      {"vision_tower.vision_model.", "model.vision_tower.vision_model."},
      {"vision_tower.", "model.vision_tower.vision_model."},
      {"multi_modal_projector.", "model.multi_modal_projector."},
      {"image_newline", "model.image_newline"}}},
    {"inner",
     true,
     {"qwen2-vl", "qwen2.5-vl"},
     {{"model.", "model.language_model."}, {"visual.", "model.visual."}}},
    {"outer", true, {"qwen3-vl"}, {{"model.language_model.", "model."}, {"model.visual.", "visual."}}},
    {"outer", true, {"qwen3.5"}, {{"model.language_model.", "language_model.model."}}},
    {"published", false, {"siglip-vision"}, {{"", "vision_model."}}},
    {"inner", false, {"clip-vision-projection"}, {{"vision_model.", ""}}},
    {"inner", false, {"dinov3-vit"}, {{"layer.", "model.layer."}}},
    // Saved from the model without its head.
    {"without head",
     false,
     {"gemma2", "gemma3-text", "mistral", "phi3", "qwen2", "qwen3", "smollm3"},
     {{"model.", ""}}},
};

std::string renamed(const Naming& naming, const std::string& name) {
  for (const auto& [from, to] : naming.renamings)
    if (name.starts_with(from)) return to + name.substr(from.size());
  return name;
}

// Whether a folder's tensors have other names by it.
bool applies(const Naming& naming, const fs::path& folder) {
  const auto model = folder.filename().string();
  if (readJson(folder / "config.json").contains("vision_config") != naming.hasSections ||
      std::none_of(naming.models.begin(), naming.models.end(),
                   [&](const auto& beginning) { return model.starts_with(beginning); }))
    return false;
  const auto stored = Checkpoint::open(folder);
  return std::any_of(stored->tensors().begin(), stored->tensors().end(),
                     [&](const auto& t) { return renamed(naming, t.name) != t.name; });
}

// As transformers 5 holds experts: a tensor for all of a layer.
Tensors expertsTogether(const Tensors& apart) {
  Tensors out;
  std::map<std::string, std::map<int, std::map<std::string, at::Tensor>>> experts;
  for (const auto& [name, tensor] : apart) {
    const auto at = name.find(".experts.");
    if (at == std::string::npos) {
      out[name] = tensor;
      continue;
    }
    const auto rest = name.substr(at + 9);
    experts[name.substr(0, at + 9)][std::stoi(rest)][rest.substr(rest.find('.') + 1)] = tensor;
  }
  for (const auto& [root, all] : experts) {
    std::vector<at::Tensor> up, down;
    for (const auto& [number, one] : all) {
      up.push_back(at::cat({one.at("gate_proj.weight"), one.at("up_proj.weight")}));
      down.push_back(one.at("down_proj.weight"));
    }
    out[root + "gate_up_proj"] = at::stack(up);
    out[root + "down_proj"] = at::stack(down);
  }
  return out;
}

}  // namespace

class LayoutsTest : public QObject {
  Q_OBJECT

  void models(const std::function<bool(const fs::path&)>& wanted) {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      if (wanted(folder)) QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

 private Q_SLOTS:
  void publishedConfigurationSaysTheSame_data() {
    models([](const fs::path& folder) { return fs::exists(folder / "config_published.json"); });
  }
  void publishedConfigurationSaysTheSame() {
    QFETCH(QString, folder);
    const fs::path source = folder.toStdString();
    QTemporaryDir dir;
    const fs::path copy = dir.path().toStdString(), out = copy / "out.safetensors";
    fs::copy_file(source / "config_published.json", copy / "config.json");
    copyRest(source, copy);
    const auto inputs = source / "io.safetensors";
    compareEqual(outputsOf(copy, inputs, out), outputsOf(source, inputs, out));
  }

  void partsMayHaveOtherNames_data() {
    QTest::addColumn<QString>("folder");
    QTest::addColumn<int>("naming");
    for (const auto& folder : modelFolders())
      for (size_t i = 0; i < kNamings.size(); ++i)
        if (applies(kNamings[i], folder)) {
          QTest::newRow((folder.filename().string() + ", " + kNamings[i].name).c_str())
              << QString::fromStdString(folder.string()) << int(i);
        }
  }
  void partsMayHaveOtherNames() {
    QFETCH(QString, folder);
    QFETCH(int, naming);
    const fs::path source = folder.toStdString();
    QTemporaryDir dir;
    const fs::path copy = dir.path().toStdString(), out = copy / "out.safetensors";
    for (const char* file : {"config.json", "generation_config.json"})
      if (fs::exists(source / file)) fs::copy_file(source / file, copy / file);
    Tensors weights;
    for (const auto& [name, tensor] : weightsOf(source))
      weights[renamed(kNamings[size_t(naming)], name)] = tensor;
    writeTensors(copy / "model.safetensors", weights);
    const auto inputs = source / "io.safetensors";
    compareEqual(outputsOf(copy, inputs, out), outputsOf(source, inputs, out));
    // An export keeps the names it was opened with, so that nothing is missing for who reads them.
    exportModel(*openModel(copy), {}, copy / "export", {});
    const auto exported = Checkpoint::open(copy / "export");
    for (const auto& [name, tensor] : weights)
      QVERIFY2(exported->info(name).shape == tensor.sizes(), name.c_str());
  }

  void expertsMayBeTogether_data() {
    QTest::addColumn<bool>("sharded");
    QTest::newRow("one file") << false;
    QTest::newRow("shards") << true;
  }
  void expertsMayBeTogether() {
    QFETCH(bool, sharded);
    const auto source = dataFile("families/models/qwen3-moe");
    QTemporaryDir dir;
    const fs::path copy = dir.path().toStdString(), out = copy / "out.safetensors";
    for (const char* file : {"config.json", "generation_config.json"})
      fs::copy_file(source / file, copy / file);
    const auto apart = readTensors(source / "model.safetensors"), together = expertsTogether(apart);
    QVERIFY(together.size() < apart.size());
    if (sharded) {
      nlohmann::json map;
      std::vector<Tensors> shards(2);
      for (const auto& [name, tensor] : together) {
        const size_t shard = name.find("experts.down_proj") != std::string::npos;
        shards[shard][name] = tensor;
        map[name] = shard ? "b.safetensors" : "a.safetensors";
      }
      writeTensors(copy / "a.safetensors", shards[0]);
      writeTensors(copy / "b.safetensors", shards[1]);
      std::ofstream(copy / "model.safetensors.index.json") << nlohmann::json{{"weight_map", map}};
    } else {
      writeTensors(copy / "model.safetensors", together);
    }
    compareEqual(outputsOf(copy, source / "io.safetensors", out),
                 outputsOf(source, source / "io.safetensors", out));
    // An export has the names of published files.
    exportModel(*openModel(copy), {}, copy / "export", {});
    const auto exported = Checkpoint::open(copy / "export");
    QCOMPARE(exported->tensors().size(), apart.size());
    for (const auto& [name, tensor] : apart)
      QVERIFY2(exported->info(name).shape == tensor.sizes(), name.c_str());
    compareEqual(outputsOf(copy / "export", source / "io.safetensors", out),
                 outputsOf(source, source / "io.safetensors", out));
  }
};

QTEST_APPLESS_MAIN(LayoutsTest)
#include "layouts_test.moc"
