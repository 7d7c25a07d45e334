// What an export refuses, clamps, leaves out and tells; and what a model folder holds beside the model.
#include <QtTest/QtTest>
#include <fstream>

#include "core/base/file.h"
#include "core/bench/synthetic.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/export_overflow.h"
#include "core/engine/open_model.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

class ExportModelTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path out(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

  fs::path modelOf(DType dtype, const std::string& name) const {
    BenchShape shape = benchShapeNamed("t5-512");
    shape.dtype = dtype;
    shape.config["d_model"] = 32, shape.config["d_ff"] = 48, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 1;
    shape.config["vocab_size"] = 300;
    writeSyntheticModel(shape, out(name), {});
    return out(name) / "model";
  }

  // The model with one weight of its first matrix changed.
  static std::shared_ptr<OpenModel> with(const fs::path& folder, float value, std::string& matrix) {
    const auto model = openModel(folder);
    auto changed = std::make_shared<OpenModel>(
        OpenModel{model->checkpoint, model->model, model->weights, model->processor, model->info});
    matrix = model->info.blocks[0].matrices[0].name;
    auto weight = model->weights.onHost(matrix).clone();
    weight.data_ptr<float>()[7] = value;
    changed->weights.set(matrix, weight);
    return changed;
  }

  // The folder's weights with more tensors.
  static void addTensors(const fs::path& folder, const std::vector<TensorInfo>& more) {
    std::vector<TensorInfo> infos;
    std::vector<std::string> bytes;
    {
      const auto file = SafetensorsFile::open(folder / "model.safetensors");
      for (size_t i = 0; i < file.tensors().size(); ++i) {
        infos.push_back(file.tensors()[i]);
        bytes.emplace_back(reinterpret_cast<const char*>(file.bytes(i).data()), file.bytes(i).size());
      }
    }
    for (const auto& info : more) infos.push_back(info), bytes.emplace_back(size_t(info.bytes()), char(1));
    SafetensorsWriter writer(folder / "model.safetensors", infos, {});
    for (const auto& b : bytes) writer.append(std::as_bytes(std::span(b.data(), b.size())));
    writer.commit();
  }

 private Q_SLOTS:
  void weightsBeyondTheirDtype_data() {
    QTest::addColumn<int>("dtype");
    QTest::addColumn<double>("value");
    QTest::addColumn<double>("clamped");  // 0: refused whatever is asked for
    QTest::newRow("float16") << int(DType::F16) << 70000.0 << 65504.0;
    QTest::newRow("float16, negative") << int(DType::F16) << -1e30 << -65504.0;
    QTest::newRow("bfloat16") << int(DType::BF16) << 3.4e38 << 3.3895313892515355e38;
    QTest::newRow("float16, infinite") << int(DType::F16) << HUGE_VAL << 0.0;
    QTest::newRow("float32, NaN") << int(DType::F32) << std::nan("") << 0.0;
    QTest::newRow("bfloat16, NaN") << int(DType::BF16) << std::nan("") << 0.0;
  }
  void weightsBeyondTheirDtype() {
    QFETCH(int, dtype);
    QFETCH(double, value);
    QFETCH(double, clamped);
    const auto tag = std::to_string(qHash(QString(QTest::currentDataTag())));
    std::string matrix;
    const auto model = with(modelOf(DType(dtype), "model-" + tag), float(value), matrix);
    const auto target = out("export-" + tag);
    const auto sentence = errorOf([&] { exportModel(*model, {}, target, {}); });
    QVERIFY2(sentence.contains(QString::fromStdString(matrix)), qPrintable(sentence));
    QVERIFY2(clamped == 0 || (sentence.contains("--clamp") &&
                              sentence.contains(QString::fromStdString(nameOf(DType(dtype))))),
             qPrintable(sentence));
    QVERIFY(!fs::exists(target));
    if (clamped == 0) {
      QVERIFY(!errorOf([&] { exportModel(*model, {}, target, {}, {.clamp = true}); }).isEmpty());
      QVERIFY(!fs::exists(target));
      return;
    }
    const auto result = exportModel(*model, {}, target, {}, {.clamp = true});
    QCOMPARE(result.notes.size(), size_t(1));
    QVERIFY(result.notes[0].find(matrix) != std::string::npos);
    const auto written = openModel(target)->weights.onHost(matrix);
    QCOMPARE(double(written.data_ptr<float>()[7]), clamped);
  }

  // All at once, so that a person can decide about them together.
  void everyTensorThatOverflowsIsTold() {
    std::string first;
    const auto model = with(modelOf(DType::F16, "several"), 70000.F, first);
    const std::string second = model->info.blocks[1].matrices[0].name;
    auto weight = model->weights.onHost(second).clone();
    weight.data_ptr<float>()[0] = 66000.F;
    weight.data_ptr<float>()[5] = -80000.F;
    model->weights.set(second, weight);
    try {
      exportModel(*model, {}, out("several-export"), {});
      QFAIL("it was exported");
    } catch (const ExportOverflow& overflow) {
      QCOMPARE(overflow.tensors().size(), size_t(2));
      std::map<std::string, OverflowingTensor> byName;
      for (const auto& t : overflow.tensors()) byName[t.name] = t;
      QCOMPARE(byName[first].beyond, int64_t(1));
      QCOMPARE(byName[first].largest, 70000.0);
      QCOMPARE(byName[second].beyond, int64_t(2));
      QCOMPARE(byName[second].largest, -80000.0);
      QCOMPARE(byName[second].weights, weight.numel());
      QCOMPARE(byName[second].dtype, std::string("F16"));
      const QString sentence = QString::fromUtf8(overflow.what());
      QVERIFY2(sentence.startsWith("2 tensors: ") && sentence.contains(QString::fromStdString(first)) &&
                   sentence.contains(QString::fromStdString(second)),
               qPrintable(sentence));
    }
    QVERIFY(!fs::exists(out("several-export")));
    // Nothing is left of the try beside it.
    for (const auto& e : fs::directory_iterator(out(""))) {
      const auto name = e.path().filename().string();
      QVERIFY2(name.find(".partial-") == std::string::npos, name.c_str());
    }
    QCOMPARE(exportModel(*model, {}, out("several-export"), {}, {.clamp = true}).notes.size(), size_t(2));
  }

  void linksThatLeadOutStayOut() {
    const auto model = modelOf(DType::F32, "links");
    std::ofstream(out("secret.txt")) << "secret";
    std::ofstream(model / "own.txt") << "own";
    fs::create_symlink(out("secret.txt"), model / "secret.txt");
    fs::create_symlink("own.txt", model / "alias.txt");
    fs::create_symlink("missing.txt", model / "dangling.txt");
    const auto result = exportModel(*openModel(model), {}, out("links-export"), {});
    QVERIFY(!fs::exists(out("links-export") / "secret.txt"));
    QCOMPARE(readTextFile(out("links-export") / "alias.txt"), std::string("own"));
    QCOMPARE(result.notes.size(), size_t(1));
    QVERIFY(result.notes[0].find("secret.txt") != std::string::npos);
  }

  // A Hub cache: the snapshot's files are links into its blobs.
  void hubSnapshotsAreWhole() {
    const auto model = modelOf(DType::F32, "hub-model");
    const auto blobs = out("hub") / "models--x" / "blobs",
               snapshot = out("hub") / "models--x" / "snapshots" / "1";
    fs::create_directories(blobs);
    fs::create_directories(snapshot);
    for (const auto& e : fs::directory_iterator(model)) {
      fs::copy_file(e.path(), blobs / e.path().filename());
      fs::create_symlink(fs::path("../../blobs") / e.path().filename(), snapshot / e.path().filename());
    }
    const auto result = exportModel(*openModel(snapshot), {}, out("hub-export"), {});
    QVERIFY(result.notes.empty());
    for (const auto& e : fs::directory_iterator(model))
      QVERIFY2(fs::is_regular_file(fs::symlink_status(out("hub-export") / e.path().filename())),
               e.path().filename().c_str());
  }

  // A link as the target stays one, and what it leads to is the export.
  void aLinkAsTargetStays() {
    const auto model = openModel(modelOf(DType::F32, "target-model"));
    fs::create_symlink("place", out("to-place"));
    exportModel(*model, {}, out("to-place"), {});
    QVERIFY(fs::is_symlink(out("to-place")) && fs::exists(out("place") / "config.json"));
  }

  void tellsWhatItDoesNotUse() {
    const auto folder = modelOf(DType::F32, "unused");
    QVERIFY(infoOf(*openModel(folder)).warnings.empty());
    const std::string q = "encoder.block.0.layer.0.SelfAttention.q";
    // What nobody needs to be told of.
    addTensors(folder, {{"encoder.embeddings.position_ids", DType::I64, {1, 8}},
                        {"rotary_emb.inv_freq", DType::F32, {8}}});
    QVERIFY(infoOf(*openModel(folder)).warnings.empty());
    addTensors(folder, {{"projector.weight", DType::F32, {4, 4}}, {"projector.bias", DType::F32, {4}}});
    auto info = infoOf(*openModel(folder));
    QCOMPARE(info.unusedTensors, (std::vector<std::string>{"projector.weight", "projector.bias"}));
    QCOMPARE(info.warnings.size(), size_t(1));
    QVERIFY(info.warnings[0].find("2 tensors") != std::string::npos);
    addTensors(folder, {{q + ".bias", DType::F32, {32}}});
    info = infoOf(*openModel(folder));
    QCOMPARE(info.warnings.size(), size_t(2));
    QVERIFY2(info.warnings[0].find("1 bias (" + q + ".bias)") != std::string::npos, info.warnings[0].c_str());
    addTensors(folder,
               {{q + ".lora_A.weight", DType::F32, {2, 32}}, {q + ".lora_B.weight", DType::F32, {32, 2}}});
    std::ofstream(folder / "adapter_config.json") << "{}";
    info = infoOf(*openModel(folder));
    QCOMPARE(info.warnings.size(), size_t(4));
    QVERIFY(info.warnings[0].find("adapter_config.json") != std::string::npos);
    QVERIFY(info.warnings[1].find("2 tensors of a LoRA adapter") != std::string::npos);
  }
};

QTEST_APPLESS_MAIN(ExportModelTest)
#include "export_model_test.moc"
