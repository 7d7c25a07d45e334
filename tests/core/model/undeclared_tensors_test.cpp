// Biases and norms that are in a file although config.json asks for none are not added, as in the reference.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>
#include <fstream>
#include <set>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/safetensors.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/forward_calls.h"
#include "core/engine/open_model.h"
#include "core/model/model.h"
#include "core/sweep/run.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class UndeclaredTensorsTest : public QObject {
  Q_OBJECT

  using Numbers = std::vector<std::pair<TensorInfo, std::string>>;

  // The tensors of a folder's only file, as they are stored.
  static Numbers numbersOf(const fs::path& folder) {
    Numbers out;
    const auto file = SafetensorsFile::open(folder / "model.safetensors");
    for (size_t i = 0; i < file.tensors().size(); ++i)
      out.emplace_back(file.tensors()[i], std::string(reinterpret_cast<const char*>(file.bytes(i).data()),
                                                      file.bytes(i).size()));
    return out;
  }

  // A copy of a model with other tensors and other keys of config.json.
  static fs::path write(const fs::path& from, const fs::path& to, const Numbers& numbers,
                        const nlohmann::json& keys) {
    fs::create_directories(to);
    auto config = readJson(from / "config.json");
    config.update(keys);
    std::ofstream(to / "config.json") << config.dump();
    std::vector<TensorInfo> infos;
    for (const auto& [info, bytes] : numbers) infos.push_back(info);
    SafetensorsWriter writer(to / "model.safetensors", infos, {});
    for (const auto& [info, bytes] : numbers)
      writer.append(std::as_bytes(std::span(bytes.data(), bytes.size())));
    writer.commit();
    return to;
  }

  static std::map<std::string, at::Tensor> outputsOf(const fs::path& folder, const fs::path& inputs,
                                                     const fs::path& scratch) {
    runForwardCalls(folder, inputs, scratch);
    return readTensors(scratch);
  }

  static void compare(const std::map<std::string, at::Tensor>& a,
                      const std::map<std::string, at::Tensor>& b) {
    QCOMPARE(a.size(), b.size());
    for (const auto& [name, tensor] : a) QVERIFY2(tensor.equal(b.at(name)), name.c_str());
  }

 private Q_SLOTS:
  void inEveryFamily_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      if (fs::exists(folder / "model.safetensors"))
        QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }
  // Each linear layer and each norm that has no bias is given one of ones.
  void inEveryFamily() {
    QFETCH(QString, folder);
    const fs::path path = folder.toStdString();
    QTemporaryDir dir;
    const fs::path root = dir.path().toStdString();
    auto numbers = numbersOf(path);
    std::set<std::string> stored;
    for (const auto& [info, bytes] : numbers) stored.insert(info.name);
    const auto checkpoint = Checkpoint::open(path);
    std::vector<std::string> added;
    const auto model = Model::fromCheckpoint(*checkpoint);
    for (const auto& t : model->declared()) {
      if (!t.name.ends_with(".weight") || t.shape.empty() || t.shape.size() > 2) continue;
      const auto bias = t.name.substr(0, t.name.size() - 6) + "bias";
      if (!stored.insert(bias).second) continue;
      const std::vector<float> ones(size_t(t.shape[0]), 1.F);
      numbers.push_back(
          {TensorInfo{bias, DType::F32, {t.shape[0]}},
           std::string(reinterpret_cast<const char*>(ones.data()), ones.size() * sizeof(float))});
      added.push_back(bias);
    }
    if (added.empty()) return;  // nothing in it is without a bias
    auto changed = write(path, root / "all", numbers, nlohmann::json::object());
    // Of some layers the file says whether there is a bias.
    std::set<std::string> declared;
    const auto again = Model::fromCheckpoint(*Checkpoint::open(changed));
    for (const auto& t : again->declared()) declared.insert(t.name);
    std::erase_if(numbers, [&](const auto& n) {
      return std::find(added.begin(), added.end(), n.first.name) != added.end() &&
             declared.contains(n.first.name);
    });
    changed = write(path, root / "changed", numbers, nlohmann::json::object());
    const auto inputs = path / "io.safetensors";
    compare(outputsOf(changed, inputs, root / "a.safetensors"),
            outputsOf(path, inputs, root / "b.safetensors"));
  }

  void whatTheConfigurationTurnsOff_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("keys");
    QTest::addColumn<QString>("dropped");
    QTest::newRow("biases of OPT") << "opt"
                                   << R"({"enable_bias": false})"
                                   << "(proj|fc1|fc2)\\.bias$";
    QTest::newRow("norms of OPT") << "opt"
                                  << R"({"layer_norm_elementwise_affine": false})"
                                  << "norm\\.(weight|bias)$";
    QTest::newRow("biases of ViT") << "vit"
                                   << R"({"qkv_bias": false})"
                                   << "(query|key|value)\\.bias$";
  }
  void whatTheConfigurationTurnsOff() {
    QFETCH(QString, model);
    QFETCH(QString, keys);
    QFETCH(QString, dropped);
    const auto path = fixturesRoot() / "models" / model.toStdString();
    QTemporaryDir dir;
    const fs::path root = dir.path().toStdString();
    const auto all = numbersOf(path);
    auto fewer = all;
    const QRegularExpression without(dropped);
    std::erase_if(
        fewer, [&](const auto& n) { return without.match(QString::fromStdString(n.first.name)).hasMatch(); });
    QVERIFY(fewer.size() < all.size());
    const auto off = nlohmann::json::parse(keys.toStdString());
    const auto kept = write(path, root / "kept", all, off), gone = write(path, root / "gone", fewer, off);
    const auto inputs = path / "io.safetensors";
    const auto got = outputsOf(kept, inputs, root / "a.safetensors");
    compare(got, outputsOf(gone, inputs, root / "b.safetensors"));
    if (QTest::currentTestFailed()) return;
    // They do make a difference where they are asked for, and are told where they are not.
    bool differs = false;
    for (const auto& [name, tensor] : outputsOf(path, inputs, root / "c.safetensors"))
      differs = differs || !tensor.equal(got.at(name));
    QVERIFY(differs);
    QString told;
    const auto opened = openModel(kept);
    for (const auto& warning : opened->info.warnings) told += QString::fromStdString(warning);
    QVERIFY2(told.contains("not add") || told.contains("does not use"), qPrintable(told));
  }

  // Layers behind the one that a projector reads are no part of the model. What the file has of them is seen
  // all the same by who looks at what the tower makes.
  void layersThatAreNotReadAreSeen() {
    c10::NoGradGuard noGrad;
    const ModelFixture f(dataFile("fixtures/models/llava"));
    const auto batch = batchUnder(readTensors(dataFile("fixtures/models/llava") / "io.safetensors"),
                                  "forward_right_padded/in/");
    std::map<std::string, at::Tensor> declared, whole;
    const Weights all(f.checkpoint);
    runModel(*f.model, Pass{.weights = f.weights, .recorded = &declared}, batch);
    runModel(*f.model, Pass{.weights = all, .recorded = &whole}, batch);
    const std::string name = "last_hidden_state";
    QVERIFY(declared.contains(name) && whole.contains(name));
    QVERIFY(declared.at(name).equal(whole.at(name)));
  }
};

QTEST_GUILESS_MAIN(UndeclaredTensorsTest)
#include "undeclared_tensors_test.moc"
