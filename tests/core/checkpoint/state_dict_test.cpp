// State dicts as PyTorch writes them (tests/data/checkpoints/make.py), and files that only pretend to be.
#include "core/checkpoint/state_dict.h"

#include <QtTest/QtTest>
#include <fstream>

#include "core/base/crc32.h"
#include "core/checkpoint/checkpoint.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"
#include "tests/support/state_dict_writer.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class StateDictTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path root() const { return m_dir.path().toStdString(); }
  fs::path put(const std::string& name, const std::string& content) const {
    fs::create_directories((root() / name).parent_path());
    std::ofstream(root() / name, std::ios::binary) << content;
    return root() / name;
  }
  // A folder with config.json and one copied file of weights.
  fs::path folderWith(const char* name, const char* source, const char* as) const {
    put(std::string(name) + "/config.json", "{}");
    fs::copy_file(dataFile(std::string("checkpoints/") + source), root() / name / as);
    return root() / name;
  }

 private Q_SLOTS:
  // A stride of one element is never walked.
  void takesAnyStrideOfOneElement() {
    const auto file =
        put("stride.pth",
            torchArchive(pickledDict({{"t", pickledTensor("0", 8, 0, {4, 1, 2}, {1, INT64_MAX, 4})}})));
    QCOMPARE(StateDictFile::open(file).tensors()[0].shape, (std::vector<int64_t>{4, 1, 2}));
  }

  // What training programs write around a model: the model's tensors are found, whatever lies beside them.
  void findsTheModelInTrainingCheckpoints_data() {
    QTest::addColumn<QByteArray>("pickle");
    const auto tensor = pickledTensor("0", 8, 0, {8}, {1});
    const auto dict = [](const std::vector<std::pair<std::string, std::string>>& entries) {
      const auto whole = pickledDict(entries);
      return whole.substr(2, whole.size() - 3);  // without PROTO and STOP
    };
    const auto row = [](const char* name, const std::vector<std::pair<std::string, std::string>>& entries) {
      QTest::newRow(name) << QByteArray::fromStdString(pickledDict(entries));
    };
    const auto model = dict({{"a.weight", tensor}, {"b.weight", tensor}});
    row("alone", {{"a.weight", tensor}, {"b.weight", tensor}});
    for (const char* name : {"state_dict", "model", "model_state_dict", "module", "params", "weights",
                             "student", "teacher", "net"})
      row(name, {{"epoch", pickledInteger(3)}, {name, model}});
    row("a tensor beside it", {{"loss", tensor}, {"state_dict", model}});
    row("a tensor after it", {{"model", model}, {"best", tensor}});
    row("two levels", {{"rng", tensor}, {"model", dict({{"step", tensor}, {"state_dict", model}})}});
    for (const std::string prefix : {"module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module."})
      row(prefix.c_str(), {{"model", dict({{prefix + "a.weight", tensor}, {prefix + "b.weight", tensor}})}});
  }
  void findsTheModelInTrainingCheckpoints() {
    QFETCH(QByteArray, pickle);
    const std::string folder = std::string("training-") + QTest::currentDataTag();
    put(folder + "/config.json", "{}");
    put(folder + "/pytorch_model.bin", torchArchive(pickle.toStdString()));
    const auto checkpoint = Checkpoint::open(root() / folder);
    QCOMPARE(checkpoint->tensors().size(), size_t(2));
    QVERIFY(checkpoint->has("a.weight") && checkpoint->has("b.weight"));
  }

  // As torch.save(..., pickle_protocol=0) and 1 write it, in the layout before PyTorch 1.6 and in the present
  // one.
  void readsProtocolsOfLines() {
    const std::string tensor =
        "ctorch._utils\n_rebuild_tensor_v2\np1\n(P('storage', <class 'torch.FloatStorage'>, '0', 'cpu', 6)\n"
        "I1\n(I2\nI2\ntp2\n(I2\nI1\ntp3\nI00\nccollections\nOrderedDict\np4\n(tp5\nRp6\ntp7\nRp8\n";
    const std::string state =
        "(dp0\nVa.\\u00e9\np9\n" + tensor + "sS'b'\np10\n" + tensor + "sVlr\nF0.5\nsVn\nL12L\ns.";
    std::string storage(24, '\0');
    storage[4] = 7;
    const std::string legacy = "L119547037146038801333356L\n." + std::string("I1001\n.") +
                               "(dp0\nVlittle_endian\np1\nI01\ns." + state + "(lp0\nV0\np1\na." +
                               littleEndian(6, 8) + storage;
    for (const auto& [name, content] :
         {std::pair<std::string, std::string>{"zip0.pth", torchArchive(state, storage)},
          {"legacy0.pth", legacy}}) {
      const auto file = StateDictFile::open(put(name, content));
      QCOMPARE(file.tensors().size(), size_t(2));
      QCOMPARE(file.tensors()[0].name, std::string("a.\u00e9"));
      QCOMPARE(file.tensors()[1].name, std::string("b"));
      QCOMPARE(file.tensors()[0].shape, (std::vector<int64_t>{2, 2}));
      QCOMPARE(int(file.bytes(0)[0]), 7);
    }
  }

  void namesFoldersOfOtherPrograms_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("says");
    QTest::newRow("gguf") << "model-Q4_K.gguf"
                          << "llama.cpp (GGUF)";
    QTest::newRow("onnx") << "model.onnx"
                          << "an ONNX graph";
    QTest::newRow("tensorflow") << "tf_model.h5"
                                << "weights of TensorFlow";
    QTest::newRow("flax") << "flax_model.msgpack"
                          << "weights of Flax";
    QTest::newRow("open_clip") << "open_clip_config.json"
                               << "open_clip model";
    QTest::newRow("diffusers") << "model_index.json"
                               << "diffusers pipeline";
  }
  void namesFoldersOfOtherPrograms() {
    QFETCH(QString, file);
    QFETCH(QString, says);
    const auto folder = "foreign-" + std::string(QTest::currentDataTag());
    put(folder + "/" + file.toStdString(), "x");
    const auto refusal = [&] { return errorOf([&] { Checkpoint::open(root() / folder); }); };
    QVERIFY2(refusal().contains("no config.json; it holds " + file) && refusal().contains(says),
             qPrintable(refusal()));
    put(folder + "/config.json", "{}");
    QVERIFY2(refusal().contains("holds no weights") && refusal().contains(says), qPrintable(refusal()));
  }

  // Weights of an adapter, or of a part of a model, are no model's.
  void namesAdaptersWithoutTheirModel() {
    for (const char* weights :
         {"adapter_model.safetensors", "adapter_model.bin", "non_lora_trainables.bin"}) {
      const std::string folder = std::string("adapter-") + weights;
      put(folder + "/config.json", "{}");
      put(folder + "/adapter_config.json", "{}");
      put(folder + "/" + weights, "x");
      const auto refusal = errorOf([&] { Checkpoint::open(root() / folder); });
      QVERIFY2(refusal.contains("holds no weights") && refusal.contains("a LoRA adapter without its model"),
               qPrintable(refusal));
    }
  }

  void namesTheSnapshotOfAHubCache() {
    put("models--x--y/snapshots/abc/config.json", "{}");
    put("models--x--y/refs/main", "abc");
    const auto refusal = errorOf([&] { Checkpoint::open(root() / "models--x--y"); });
    QVERIFY2(refusal.contains("Hugging Face cache; open its snapshot") && refusal.contains("snapshots/abc"),
             qPrintable(refusal));
  }

  void readsWhatPyTorchWrites_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("expected");
    for (const char* file : {"zip.bin", "legacy.pth"}) QTest::newRow(file) << file << "expected.safetensors";
    for (const char* file : {"training.pth", "training_legacy.pth", "protocol4.pth"})
      QTest::newRow(file) << file << "expected_training.safetensors";
  }

  void readsWhatPyTorchWrites() {
    QFETCH(QString, file);
    QFETCH(QString, expected);
    const auto folder = folderWith(("folder-" + file).toUtf8(), file.toUtf8(), file.toUtf8());
    const auto checkpoint = Checkpoint::open(folder);
    const auto tensors = SafetensorsFile::open(dataFile("checkpoints/" + expected.toStdString()));
    QCOMPARE(checkpoint->tensors().size(), tensors.tensors().size());
    for (size_t i = 0; i < tensors.tensors().size(); ++i) {
      const auto& t = tensors.tensors()[i];
      const auto& info = checkpoint->info(t.name);
      QCOMPARE(int(info.dtype), int(t.dtype));
      QCOMPARE(info.shape, t.shape);
      const auto got = checkpoint->stored(t.name).place, want = tensors.bytes(i);
      QVERIFY2(std::equal(got.begin(), got.end(), want.begin(), want.end()), t.name.c_str());
    }
    // Tied weights stay tied and are not copied.
    QCOMPARE(checkpoint->tiedTo("lm_head.weight"), std::string("shared.weight"));
    QCOMPARE(checkpoint->tiedTo("shared.weight"), std::string("shared.weight"));
    QCOMPARE(checkpoint->tiedTo("slice"), std::string("slice"));
    QCOMPARE(checkpoint->stored("lm_head.weight").place.data(),
             checkpoint->stored("shared.weight").place.data());
    QCOMPARE(checkpoint->files().at(0).exportName, std::string("model.safetensors"));
    QCOMPARE(checkpoint->files().at(0).metadata.at("format"), std::string("pt"));
  }

  void shardsAreFoundByTheirIndex() {
    put("sharded/config.json", "{}");
    const std::string data(32, '\1');
    put("sharded/pytorch_model-00001-of-00002.bin",
        torchArchive(pickledDict({{"a", pickledTensor("0", 8, 0, {2, 4}, {4, 1})}}), data));
    put("sharded/pytorch_model-00002-of-00002.bin",
        torchArchive(pickledDict({{"b", pickledTensor("0", 8, 4, {4}, {1})}}), data));
    put("sharded/pytorch_model.bin.index.json",
        R"({"weight_map": {"a": "pytorch_model-00001-of-00002.bin", "b": "pytorch_model-00002-of-00002.bin"}})");
    const auto checkpoint = Checkpoint::open(root() / "sharded");
    QCOMPARE(checkpoint->files().size(), size_t(2));
    QCOMPARE(checkpoint->files()[1].exportName, std::string("model-00002-of-00002.safetensors"));
    QCOMPARE(checkpoint->info("a").shape, (std::vector<int64_t>{2, 4}));
    QCOMPARE(checkpoint->stored("b").place.size(), size_t(16));
  }

  void severalFilesAreNotGuessedAmong() {
    const auto folder = folderWith("two", "zip.bin", "one.pth");
    fs::copy_file(folder / "one.pth", folder / "other.pth");
    QVERIFY(errorOf([&] { Checkpoint::open(folder); }).contains("one.pth, other.pth"));
  }

  void stridesAreFollowed() {
    std::string data;
    for (int i = 0; i < 8; ++i) {
      const float value = float(i);
      data.append(reinterpret_cast<const char*>(&value), 4);
    }
    const auto file = StateDictFile::open(put(
        "strided.bin", torchArchive(pickledDict({{"t", pickledTensor("0", 8, 1, {3, 2}, {1, 4})}}), data)));
    const auto bytes = file.bytes(0);
    std::vector<float> values(bytes.size() / 4);
    std::memcpy(values.data(), bytes.data(), bytes.size());
    QCOMPARE(values, (std::vector<float>{1, 5, 2, 6, 3, 7}));
  }

  // The well-known value of nine digits, whatever the length before eight more are taken at once.
  void checksums() {
    const auto of = [](const std::string& text) { return crc32Of(std::as_bytes(std::span(text))); };
    QCOMPARE(of("123456789"), 0xcbf43926u);
    QCOMPARE(of(""), 0u);
    QCOMPARE(of("The quick brown fox jumps over the lazy dog"), 0x414fa339u);
  }

  // A storage is compared with its checksum when it is first read, not when the file is opened.
  void damagedStoragesAreRefused() {
    std::string data(32, '\1');
    const auto checksum = crc32Of(std::as_bytes(std::span(data)));
    const std::string pickle = pickledDict({{"good", pickledTensor("0", 8, 0, {8}, {1})},
                                            {"bad", pickledTensor("1", 8, 0, {8}, {1})},
                                            {"also", pickledTensor("1", 8, 4, {4}, {1})}});
    std::string broken = data;
    broken[20] ^= 4;
    const auto path = put("damaged/pytorch_model.bin",
                          zipOf({{"a/data.pkl", pickle, 0, -1, crc32Of(std::as_bytes(std::span(pickle)))},
                                 {"a/data/0", data, 0, -1, checksum},
                                 {"a/data/1", broken, 0, -1, checksum}}));
    put("damaged/config.json", "{}");
    const auto checkpoint = Checkpoint::open(root() / "damaged");
    checkpoint->stored("good");
    for (const char* name : {"bad", "also"}) {
      const auto error = errorOf([&] { checkpoint->stored(name); });
      QVERIFY2(error.contains("pytorch_model.bin") && error.contains(QString("\"%1\"").arg(name)),
               qPrintable(error));
      QVERIFY(errorOf([&] { checkpoint->stored(name); }) == error);  // and again
    }
    // What is copied at opening, because it does not lie contiguous, is read then.
    const std::string strided = pickledDict({{"t", pickledTensor("0", 8, 0, {2, 4}, {1, 2})}});
    const auto error = errorOf([&] {
      StateDictFile::open(put("strided-damaged.bin",
                              zipOf({{"a/data.pkl", strided}, {"a/data/0", broken, 0, -1, checksum}})));
    });
    QVERIFY2(error.contains("strided-damaged.bin") && error.contains("\"t\""), qPrintable(error));
    // The pickle itself.
    QVERIFY(errorOf([&] {
              StateDictFile::open(
                  put("pickle-damaged.bin", zipOf({{"a/data.pkl", pickle, 0, -1, 1}, {"a/data/0", data}})));
            }).contains("data.pkl"));
  }

  void refusesHostileFiles_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& content, const char* says) {
      QTest::newRow(name) << QByteArray::fromStdString(content) << QString(says);
    };
    const std::string good = pickledDict({{"t", pickledTensor("0", 8, 0, {8}, {1})}});
    const std::string call = "(" + pickledText("touch /tmp/owned") + "tR.";
    row("empty", "", "");
    row("text", "hello, this is no checkpoint", "not a readable state dict");
    row("os.system", torchArchive("\x80\x02" + pickledGlobal("os", "system") + call), "\"os.system\"");
    row("posix.system", torchArchive("\x80\x02" + pickledGlobal("posix", "system") + call),
        "\"posix.system\"");
    row("builtins.eval", torchArchive("\x80\x02" + pickledGlobal("builtins", "eval") + call),
        "\"builtins.eval\"");
    row("stack global", torchArchive("\x80\x04" + pickledText("os") + pickledText("system") + "\x93" + call),
        "\"os.system\"");
    row("instance", torchArchive("\x80\x02(ios\nsystem\n."), "\"os.system\"");
    row("copyreg", torchArchive("\x80\x02" + pickledGlobal("copyreg", "_reconstructor") + call), "copyreg");
    row("legacy os.system", "\x80\x02" + pickledGlobal("os", "system") + call, "\"os.system\"");
    row("a module", torchArchive("\x80\x02" + pickledGlobal("__main__", "Net") + ")\x81."),
        "\"__main__.Net\"");
    row("truncated", torchArchive(good).substr(0, 120), "cut short");
    row("no end", torchArchive(good).substr(0, torchArchive(good).size() - 10), "directory is missing");
    row("pickle cut", torchArchive(good.substr(0, good.size() / 2)), "cut short");
    row("no data.pkl", zipOf({{"a/other", "x"}}), "without data.pkl");
    row("compressed", zipOf({{"a/data.pkl", good, 8}}), "compressed");
    row("entry longer than the file", zipOf({{"a/data.pkl", good, 0, 1'000'000'000}}), "but the file has");
    row("twice", zipOf({{"a/data.pkl", good}, {"a/data.pkl", good}}), "twice");
    row("TorchScript", zipOf({{"a/data.pkl", good}, {"a/constants.pkl", "."}}), "TorchScript");
    row("TorchScript with packed code",
        zipOf({{"a/data.pkl", good}, {"a/code/__torch__.py", "xyz", 8}, {"a/constants.pkl", "."}}),
        "TorchScript");
    row("TorchScript by its code", zipOf({{"a/code/__torch__.py", "xyz", 8}, {"a/data.pkl", good}}),
        "TorchScript");
    row("a packed storage", zipOf({{"a/data.pkl", good}, {"a/data/0", "xyz", 8}}), "\"a/data/0\" compressed");
    row("8-bit floating point",
        torchArchive("\x80\x02" + pickledGlobal("torch._utils", "_rebuild_tensor_v3") + call),
        "quantised tensors");
    row("quantised", torchArchive("\x80\x02" + pickledGlobal("torch._utils", "_rebuild_qtensor") + call),
        "original checkpoint");
    row("a name that is not UTF-8",
        torchArchive(pickledDict({{"caf\xe9", pickledTensor("0", 8, 0, {8}, {1})}})), "is not UTF-8");
    row("copies without end",
        torchArchive(pickledDict({{"a", pickledTensor("0", 8, 0, {int64_t(1) << 60}, {0})},
                                  {"b", pickledTensor("0", 8, 0, {int64_t(1) << 60}, {0})}})),
        "beyond the size of the file");
    row("student and teacher", torchArchive(pickledDict({{"student", "}"}, {"teacher", "}"}})), "two models");
    row("big-endian", zipOf({{"a/data.pkl", good}, {"a/byteorder", "big"}}), "big-endian");
    row("storage missing", zipOf({{"a/data.pkl", good}}), "storage of \"t\" is missing");
    row("storage too short", torchArchive(good, "1234"), "has 4 bytes");
    row("storage huge", torchArchive(pickledDict({{"t", pickledTensor("0", int64_t(1) << 62, 0, {8}, {1})}})),
        "claims");
    row("storage negative", torchArchive(pickledDict({{"t", pickledTensor("0", -8, 0, {8}, {1})}})),
        "claims");
    row("offset outside", torchArchive(pickledDict({{"t", pickledTensor("0", 8, 1, {8}, {1})}})),
        "reaches outside");
    row("offset negative", torchArchive(pickledDict({{"t", pickledTensor("0", 8, -1, {8}, {1})}})),
        "reaches outside");
    row("offset huge", torchArchive(pickledDict({{"t", pickledTensor("0", 8, INT64_MAX, {8}, {1})}})),
        "reaches outside");
    row("stride negative", torchArchive(pickledDict({{"t", pickledTensor("0", 8, 7, {8}, {-1})}})),
        "reaches outside");
    row("stride outside", torchArchive(pickledDict({{"t", pickledTensor("0", 8, 0, {2, 4}, {5, 1})}})),
        "reaches outside");
    row("stride overflows",
        torchArchive(pickledDict({{"t", pickledTensor("0", 8, 0, {3, 4}, {int64_t(1) << 62, 1})}})),
        "reaches outside");
    row("shape overflows",
        torchArchive(
            pickledDict({{"t", pickledTensor("0", 8, 0, {int64_t(1) << 32, int64_t(1) << 32}, {0, 0})}})),
        "reaches outside");
    row("expanded without end",
        torchArchive(pickledDict({{"t", pickledTensor("0", 8, 0, {1 << 20, 1 << 12}, {0, 0})}})),
        "beyond the size");
    row("shape and strides differ", torchArchive(pickledDict({{"t", pickledTensor("0", 8, 0, {2, 4}, {1})}})),
        "dimensions");
    row("unknown storage",
        torchArchive(pickledDict({{"t", pickledTensor("0", 8, 0, {8}, {1}, "ComplexFloatStorage")}})),
        "ComplexFloatStorage");
    row("no tensors", torchArchive(pickledDict({{"a", pickledInteger(3)}})), "no tensors");
    row("a number", torchArchive("\x80\x02K\1."), "no tensors");
    row("a list", torchArchive("\x80\x02]."), "no tensors");
    row("a memo that is not there", torchArchive("\x80\x02h\7."), "not there");
    row("an empty stack", torchArchive("\x80\x02."), "even");
    row("a mark is missing", torchArchive("\x80\x02t."), "mark is missing");
    row("append to nothing",
        torchArchive("\x80\x02K\1K\2"
                     "a."),
        "no list");
    row("text longer than the file", torchArchive("\x80\x02X" + littleEndian(0x7fffffff, 4) + "abc"),
        "cut short");
    row("text longer than memory", torchArchive("\x80\x04\x8d" + littleEndian(uint64_t(1) << 60, 8) + "abc"),
        "cut short");
    row("calls a number", torchArchive("\x80\x02K\1)R."), "no function");
    // Deeper than any stack of calls, both to read and to forget.
    row("deep", torchArchive("\x80\x02" + std::string(300'000, ']') + std::string(299'999, 'a') + "."),
        "no tensors");
    row("itself",
        torchArchive("\x80\x02]q\1h\1"
                     "a."),
        "no tensors");
    // A list named again and again by dictionaries made from it would grow without end.
    std::string again = "\x80\x02](";
    for (int i = 0; i < 2000; ++i) again += "K\1K\2\x86";
    again +=
        "e\x85q\1"
        "0";
    for (int i = 0; i < 20'000; ++i) again += pickledGlobal("collections", "OrderedDict") + "h\1R0";
    row("made again and again", torchArchive(again + "N."), "more values");
    row("too many values", torchArchive("\x80\x02" + std::string(1'500'000, ']') + "."), "more values");
  }

  void refusesHostileFiles() {
    QFETCH(QByteArray, content);
    QFETCH(QString, says);
    const auto file = put("hostile.bin", content.toStdString());
    const auto error = errorOf([&] { StateDictFile::open(file); });
    QVERIFY2(error.contains("hostile.bin") && error.contains(says) && error.endsWith('.'), qPrintable(error));
    QVERIFY(!fs::exists("/tmp/owned"));
  }

  // Whatever byte is changed: an error or other numbers, never a crash.
  void survivesDamage() {
    std::ifstream in(dataFile("checkpoints/zip.bin"), std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    int refused = 0;
    for (size_t i = 0; i < whole.size(); i += 17)
      for (const char c : {'\0', '\xff', 'R', '('}) {
        auto copy = whole;
        copy[i] = c;
        refused += !errorOf([&] { StateDictFile::open(put("damaged.bin", copy)); }).isEmpty();
      }
    QVERIFY(refused > 50);
    for (size_t i = 0; i < whole.size(); i += 197)
      QVERIFY(!errorOf([&] { StateDictFile::open(put("damaged.bin", whole.substr(0, i))); }).isEmpty());
  }
};

QTEST_APPLESS_MAIN(StateDictTest)
#include "state_dict_test.moc"
