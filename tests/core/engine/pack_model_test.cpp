// A packed model is the model: to the byte when unpacked, to the bit when opened.
#include <sys/resource.h>

#include <QtTest/QtTest>
#include <cmath>
#include <csignal>
#include <fstream>
#include <set>

#include "core/base/file.h"
#include "core/base/int8_rows.h"
#include "core/bench/synthetic.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/open_model.h"
#include "core/engine/pack_model.h"
#include "core/prune/select.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

class PackModelTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path out(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

  // A small T5, half of its matrices zero.
  fs::path model(const std::string& name) const {
    BenchShape shape = benchShapeNamed("t5-512");
    shape.dtype = DType::BF16;
    shape.config["d_model"] = 32, shape.config["d_ff"] = 48, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 1;
    shape.config["vocab_size"] = 300;
    writeSyntheticModel(shape, out(name), {});
    auto tensors = readTensors(out(name) / "model/model.safetensors");
    for (auto& [key, value] : tensors)
      if (value.dim() == 2)
        value.masked_fill_(at::arange(value.numel()).reshape(value.sizes()).remainder(2) == 0, 0);
    writeTensors(out(name) / "model/model.safetensors", tensors, {{"format", "pt"}, {"by", "hand"}});
    return out(name) / "model";
  }

  // The same in two shards, with an index whose bytes are its own.
  fs::path sharded(const std::string& name) const {
    const auto folder = model(name);
    const auto all = readTensors(folder / "model.safetensors");
    std::map<std::string, at::Tensor> parts[2];
    nlohmann::json map;
    for (const auto& [key, value] : all) {
      const bool second = parts[0].size() >= all.size() / 2;
      parts[second][key] = value;
      map[key] = second ? "model-00002-of-00002.safetensors" : "model-00001-of-00002.safetensors";
    }
    writeTensors(folder / "model-00001-of-00002.safetensors", parts[0], {});
    writeTensors(folder / "model-00002-of-00002.safetensors", parts[1], {{"format", "pt"}});
    std::ofstream(folder / "model.safetensors.index.json")
        << "  " << nlohmann::json{{"weight_map", map}}.dump(7) << "\n\n";
    fs::remove(folder / "model.safetensors");
    return folder;
  }

  static std::map<std::string, std::string> filesIn(const fs::path& folder) {
    std::map<std::string, std::string> all;
    for (const auto& e : fs::directory_iterator(folder)) all[e.path().filename()] = readTextFile(e.path());
    return all;
  }

  void weightsAreEqual(const fs::path& a, const fs::path& b) {
    const auto left = openModel(a), right = openModel(b);
    QCOMPARE(left->checkpoint->tensors().size(), right->checkpoint->tensors().size());
    QCOMPARE(infoOf(*left).sparsity, infoOf(*right).sparsity);
    for (const auto& t : left->checkpoint->tensors()) {
      QVERIFY(left->weights.get(t.name).equal(right->weights.get(t.name)));
      if (t.shape.size() != 2) continue;
      const auto some = at::tensor({0, int(t.shape[0]) - 1});
      QVERIFY(left->weights.rows(t.name, some).equal(right->weights.rows(t.name, some)));
    }
  }

 private Q_SLOTS:
  void foldersComeBack_data() {
    QTest::addColumn<bool>("shards");
    QTest::newRow("one file") << false;
    QTest::newRow("shards") << true;
  }
  void foldersComeBack() {
    QFETCH(bool, shards);
    const std::string tag = shards ? "shards" : "one";
    const auto dense = shards ? sharded(tag) : model(tag);
    const auto packed = packModel(dense, out(tag + "-packed"), {});
    QVERIFY(packed.packedBytes < packed.denseBytes);
    for (const auto& [name, bytes] : filesIn(out(tag + "-packed")))
      QVERIFY2(!name.ends_with(".safetensors") || name.ends_with(".packed.safetensors"), name.c_str());
    const auto unpacked = unpackModel(out(tag + "-packed"), out(tag + "-unpacked"), {});
    QCOMPARE(unpacked.packedBytes, packed.packedBytes);
    QCOMPARE(unpacked.denseBytes, packed.denseBytes);
    QVERIFY(filesIn(out(tag + "-unpacked")) == filesIn(dense));
    weightsAreEqual(dense, out(tag + "-packed"));
    QCOMPARE(infoOf(*openModel(out(tag + "-packed"))).fileBytes, packed.packedBytes);
  }

  // Names in the file, which have prefixes that the model's have not, come back as they are.
  void wrappedNamesComeBack() {
    const auto dense = model("wrapped");
    std::map<std::string, at::Tensor> wrapped;
    for (const auto& [name, value] : readTensors(dense / "model.safetensors"))
      wrapped["module." + name] = value;
    writeTensors(dense / "model.safetensors", wrapped, {});
    packModel(dense, out("wrapped-packed"), {});
    weightsAreEqual(dense, out("wrapped-packed"));
    unpackModel(out("wrapped-packed"), out("wrapped-unpacked"), {});
    QVERIFY(filesIn(out("wrapped-unpacked")) == filesIn(dense));
  }

  // A state dict comes back as the safetensors file of the same tensors.
  void stateDictsArePacked() {
    const auto source = fs::path(ESPALIER_SOURCE_DIR) / "tests/data/checkpoints";
    const auto folder = out("dict");
    fs::create_directories(folder);
    fs::copy_file(source / "zip.bin", folder / "pytorch_model.bin");
    writeFileAtomically(folder / "config.json", "{}");
    packModel(folder, out("dict-packed"), {});
    unpackModel(out("dict-packed"), out("dict-unpacked"), {});
    const auto before = Checkpoint::open(folder), after = Checkpoint::open(out("dict-unpacked"));
    QCOMPARE(after->tensors().size(), before->tensors().size());
    for (const auto& t : before->tensors()) {
      const auto a = before->stored(t.name).place, b = after->stored(t.name).place;
      QVERIFY2(std::equal(a.begin(), a.end(), b.begin(), b.end()), t.name.c_str());
    }
  }

  // What an export writes packed is what it writes dense, packed; of a packed model too.
  void exportsArePacked() {
    const auto dense = openModel(model("exports"));
    packModel(out("exports") / "model", out("exports-packed"), {});
    for (const auto& source : {dense, openModel(out("exports-packed"))}) {
      const std::string tag = source == dense ? "-a" : "-b";
      auto pruned = std::make_shared<OpenModel>(
          OpenModel{source->checkpoint, source->model, source->weights, source->processor, source->info});
      const auto matrix = source->info.blocks[0].matrices[0].name;
      pruned->weights.set(matrix, at::zeros_like(source->weights.onHost(matrix)));
      exportModel(*pruned, {}, out("plain" + tag), {});
      const auto result = exportModel(*pruned, {}, out("small" + tag), {}, {.packed = true});
      QVERIFY(result.bytes < result.denseBytes);
      unpackModel(out("small" + tag), out("again" + tag), {});
      QVERIFY(filesIn(out("again" + tag)) == filesIn(out("plain" + tag)));
    }
    QVERIFY(filesIn(out("plain-a")) == filesIn(out("plain-b")));
  }

  void refusals() {
    const auto dense = sharded("refusals");
    packModel(dense, out("refusals-packed"), {});
    const auto packed = out("refusals-packed");
    QVERIFY(errorOf([&] { packModel(packed, out("x"), {}); }).contains("is packed already"));
    QVERIFY(errorOf([&] { unpackModel(dense, out("x"), {}); }).contains("is not packed"));
    QVERIFY(errorOf([&] { packModel(dense, packed, {}); }).contains("is there already"));
    QVERIFY(!fs::exists(out("x")));
    const auto first = packed / "model-00001-of-00002.packed.safetensors";
    const auto content = readTextFile(first);
    // A dense shard beside the packed ones, and in place of one.
    fs::copy_file(dense / "model-00001-of-00002.safetensors", packed / "model-00001-of-00002.safetensors");
    auto sentence = errorOf([&] { openModel(packed); });
    QVERIFY2(sentence.contains("model-00001-of-00002.safetensors") && sentence.contains("dense ones"),
             qPrintable(sentence));
    fs::remove(first);
    sentence = errorOf([&] { openModel(packed); });
    QVERIFY2(sentence.contains("asks for the packed file model-00001-of-00002.packed.safetensors"),
             qPrintable(sentence));
    fs::remove(packed / "model-00001-of-00002.safetensors");
    // Cut.
    std::ofstream(first, std::ios::binary) << content.substr(0, content.size() - 100);
    sentence = errorOf([&] { openModel(packed); });
    QVERIFY2(sentence.contains("model-00001-of-00002.packed.safetensors") && sentence.contains("truncated"),
             qPrintable(sentence));
    // A byte of the values turned: told when the tensor is read, and nothing is written.
    auto turned = content;
    turned[turned.size() - 40] = char(turned[turned.size() - 40] ^ 1);
    std::ofstream(first, std::ios::binary) << turned;
    sentence = errorOf([&] { unpackModel(packed, out("damaged"), {}); });
    QVERIFY2(sentence.contains("of the tensor") && sentence.contains("damaged"), qPrintable(sentence));
    QVERIFY(!fs::exists(out("damaged")));
    QCOMPARE(errorOf([&] { openModel(packed); }), sentence);
  }

  // Matrices that can be pruned come back as number times scale, all else as it was; twice the same.
  void int8IsNearAndSaysSo() {
    const auto dense = model("int8");
    const auto lossless = packModel(dense, out("int8-lossless"), {});
    for (const std::string how : {"absmax", "mse"}) {
      const auto packed = packModel(dense, out("int8-" + how), {}, {.int8 = how});
      QVERIFY(packed.packedBytes < lossless.packedBytes);
      QVERIFY(packed.int8Matrices > 0);
      QVERIFY(packed.notes.size() == lossless.notes.size() + 1 &&
              packed.notes.back().find("near these weights, not the same") != std::string::npos);
      const auto unpacked = unpackModel(out("int8-" + how), out("int8-back-" + how), {});
      QCOMPARE(unpacked.int8Matrices, packed.int8Matrices);
      QVERIFY(unpacked.notes.back().find("(lossy)") != std::string::npos);
      weightsAreEqual(out("int8-" + how), out("int8-back-" + how));
      const auto before = openModel(dense), after = openModel(out("int8-" + how));
      std::set<std::string> matrices;
      for (const auto& b : before->info.blocks)
        for (const auto& m : b.matrices) matrices.insert(m.name);
      int64_t int8 = 0;
      for (const auto& t : before->checkpoint->tensors()) {
        const auto was = before->weights.get(t.name), is = after->weights.get(t.name);
        if (!matrices.contains(t.name)) {
          QVERIFY(is.equal(was));
          continue;
        }
        ++int8;
        QVERIFY(!is.equal(was));
        const std::span<const float> values(was.data_ptr<float>(), size_t(was.numel()));
        const auto rows = toInt8(values, was.size(0), int8ScaleNamed(how, "--int8"));
        auto expected = at::empty_like(was);
        fromInt8(rows.numbers, rows.scales, {expected.data_ptr<float>(), values.size()});
        QVERIFY(is.equal(expected.to(at::kBFloat16).to(at::kFloat)));
      }
      QCOMPARE(int8, packed.int8Matrices);
    }
    QVERIFY(errorOf([&] { packModel(dense, out("x"), {}, {.int8 = "least"}); }).contains("absmax or mse"));
  }

  // A disk that takes no more than so many bytes of a file.
  void fullDisksAreLeftClean() {
    const auto dense = model("full");
    packModel(dense, out("full-packed"), {});
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit little = before;
    little.rlim_cur = 20000;
    setrlimit(RLIMIT_FSIZE, &little);
    const auto packing = errorOf([&] { packModel(dense, out("full-a"), {}); });
    const auto unpacking = errorOf([&] { unpackModel(out("full-packed"), out("full-b"), {}); });
    setrlimit(RLIMIT_FSIZE, &before);
    QVERIFY2(packing.contains("cannot be written"), qPrintable(packing));
    QVERIFY2(unpacking.contains("cannot be written"), qPrintable(unpacking));
    for (const auto& e : fs::directory_iterator(out("")))
      QVERIFY2(e.path().filename().string().find("full-a") == std::string::npos &&
                   e.path().filename().string().find("full-b") == std::string::npos,
               e.path().c_str());
  }
};

QTEST_APPLESS_MAIN(PackModelTest)
#include "pack_model_test.moc"
