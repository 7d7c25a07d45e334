// A model whose weights are PyTorch state dicts: the same numbers as from safetensors, and exported as those.
#include <QtTest/QtTest>
#include <fstream>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/engine.h"
#include "tests/support/export_check.h"
#include "tests/support/fixtures.h"
#include "tests/support/letter_tokenizer.h"
#include "tests/support/state_dict_writer.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class StateDictModelTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  std::shared_ptr<const Checkpoint> m_stored;
  ModelPtr m_model;  // from safetensors
  Dataset m_text;

  static constexpr const char* kTied[] = {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight",
                                          "lm_head.weight"};

  fs::path root() const { return m_dir.path().toStdString(); }
  fs::path folder(const char* name) const {
    const fs::path source = dataFile("fixtures/models/t5-v10-tied-relu"), out = root() / name;
    fs::create_directories(out);
    for (const char* file : {"config.json", "generation_config.json"})
      if (fs::exists(source / file)) fs::copy_file(source / file, out / file);
    writeLetterTokenizer(out);
    return out;
  }

  // The tensors from `begin` to `end` as one state dict; the first shard's embedding has all its names.
  void write(const fs::path& file, size_t begin, size_t end) const {
    std::vector<std::pair<std::string, std::string>> values;
    std::vector<ZipEntry> entries{{"archive/data.pkl", {}}};
    for (size_t i = begin; i < end; ++i) {
      const auto& info = m_stored->tensors()[i];
      std::vector<int64_t> strides(info.shape.size(), 1);
      for (size_t d = info.shape.size(); d-- > 1;) strides[d - 1] = strides[d] * info.shape[d];
      const auto value = pickledTensor(std::to_string(i), info.elements(), 0, info.shape, strides);
      values.emplace_back(info.name, value);
      if (info.name == "shared.weight")
        for (const char* name : kTied) values.emplace_back(name, value);
      const auto bytes = m_stored->stored(info.name).place;
      entries.push_back({"archive/data/" + std::to_string(i),
                         std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())});
    }
    entries[0].content = pickledDict(values);
    std::ofstream(file, std::ios::binary) << zipOf(entries);
  }

  void prunedAndExported(const fs::path& source, const fs::path& target) {
    const auto dense = openModel(source);
    QCOMPARE(infoOf(*dense).parameters, infoOf(*m_model).parameters);  // tied weights count once
    QCOMPARE(infoOf(*dense).fileBytes, infoOf(*m_model).fileBytes);
    const auto a = evaluateModel(*dense, m_text, {}), b = evaluateModel(*m_model, m_text, {});
    QVERIFY(b.overall().loss > 0);
    for (size_t i = 0; i < a.pairs.size(); ++i) QCOMPARE(a.pairs[i].loss, b.pairs[i].loss);

    PruneOptions options;
    options.criterion = "magnitude";
    const auto pruned = pruneModel(*dense, globalMagnitudePlan(*dense, 0.5), m_text, options, {});
    exportModel(*pruned.model, {}, target, {});
    const auto written = Checkpoint::open(target);
    for (const auto& e : fs::directory_iterator(target))
      QVERIFY2(e.path().string().find(".bin") == std::string::npos, e.path().c_str());
    for (const auto& file : written->files()) {
      QCOMPARE(file.path.extension(), fs::path(".safetensors"));
      QCOMPARE(file.metadata.at("format"), std::string("pt"));
    }
    // The same model as safetensors with every name, for who knows nothing of state dicts.
    const auto reference = folder((target.filename().string() + "-reference").c_str());
    auto tensors = readTensors(root() / "stored" / "model.safetensors");
    for (const char* name : kTied) tensors[name] = tensors.at("shared.weight");
    writeTensors(reference / "model.safetensors", tensors);
    std::map<std::string, double> sparsities;
    for (const auto& m : pruned.matrices) sparsities[m.matrix] = m.achieved;
    const auto wrong = exportProblems(reference, target, sparsities);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    const auto shared = written->stored("shared.weight").place;
    for (const char* name : kTied) {
      const auto bytes = written->stored(name).place;
      QVERIFY2(std::equal(bytes.begin(), bytes.end(), shared.begin(), shared.end()), name);
    }
    const auto again = openModel(target);
    QVERIFY(std::abs(infoOf(*again).sparsity - 0.5) < 0.01);
    const auto before = evaluateModel(*pruned.model, m_text, {}), after = evaluateModel(*again, m_text, {});
    for (size_t i = 0; i < before.pairs.size(); ++i) QCOMPARE(before.pairs[i].loss, after.pairs[i].loss);
  }

 private Q_SLOTS:
  void initTestCase() {
    const auto source = folder("stored");
    fs::copy_file(dataFile("fixtures/models/t5-v10-tied-relu/model.safetensors"),
                  source / "model.safetensors");
    m_stored = Checkpoint::open(source);
    m_model = openModel(source);
    m_text.path = "text";
    m_text.kind = DataKind::Text;
    m_text.samples = {{{}, {}, "abc def ghi", {}}, {{}, {}, "jkl mno p", {}}};
  }

  void oneFile() {
    const auto source = folder("one");
    write(source / "pytorch_model.bin", 0, m_stored->tensors().size());
    prunedAndExported(source, root() / "one-pruned");
    QVERIFY(fs::exists(root() / "one-pruned/model.safetensors"));
    QVERIFY(!fs::exists(root() / "one-pruned/model.safetensors.index.json"));
  }

  void shards() {
    const auto source = folder("shards");
    const size_t half = m_stored->tensors().size() / 2;
    const std::string names[] = {"pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"};
    write(source / names[0], 0, half);
    write(source / names[1], half, m_stored->tensors().size());
    nlohmann::json map;
    for (size_t i = 0; i < m_stored->tensors().size(); ++i)
      map[m_stored->tensors()[i].name] = names[i < half ? 0 : 1];
    std::ofstream(source / "pytorch_model.bin.index.json") << nlohmann::json{{"weight_map", map}};
    prunedAndExported(source, root() / "shards-pruned");
    QVERIFY(fs::exists(root() / "shards-pruned/model-00002-of-00002.safetensors"));
    const auto index = test::readJson(root() / "shards-pruned/model.safetensors.index.json");
    QCOMPARE(index["weight_map"]["shared.weight"].get<std::string>().substr(0, 6), std::string("model-"));
  }

  // Weights of another kind beside those that are used are not carried along: they would be the dense ones.
  void otherWeightsStayBehind() {
    const auto source = root() / "stored";
    std::ofstream(source / "pytorch_model.bin") << "x";
    std::ofstream(source / "tf_model.h5") << "x";
    // An index left over would name shards that are gone; an adapter would be put on top of the pruned
    // weights.
    for (const char* name :
         {"pytorch_model.bin.index.json", "model.safetensors.index.json", "flax_model.msgpack.index.json",
          "adapter_model.safetensors", "adapter_config.json"})
      std::ofstream(source / name) << "{}";
    std::ofstream(source / "notes.md") << "x";
    exportModel(*openModel(source), {}, root() / "clean", {});
    QVERIFY(!fs::exists(root() / "clean/pytorch_model.bin") && !fs::exists(root() / "clean/tf_model.h5"));
    QVERIFY(!fs::exists(root() / "clean/model.safetensors.index.json") &&
            !fs::exists(root() / "clean/pytorch_model.bin.index.json") &&
            !fs::exists(root() / "clean/flax_model.msgpack.index.json"));
    QVERIFY(!fs::exists(root() / "clean/adapter_config.json") &&
            !fs::exists(root() / "clean/adapter_model.safetensors"));
    QVERIFY(fs::exists(root() / "clean/notes.md") && fs::exists(root() / "clean/vocab.txt"));
  }
};

QTEST_APPLESS_MAIN(StateDictModelTest)
#include "state_dict_model_test.moc"
