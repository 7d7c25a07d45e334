#include <QtTest/QtTest>
#include <fstream>

#include "core/base/error.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/tensor.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

namespace {

void put(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

std::string withHeader(const std::string& json, const std::string& data) {
  std::string out(8, '\0');
  const uint64_t n = json.size();
  std::memcpy(out.data(), &n, 8);
  return out + json + data;
}

}  // namespace

class SafetensorsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path file(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }

 private Q_SLOTS:
  void roundTripsEveryType() {
    std::map<std::string, at::Tensor> tensors;
    for (auto type : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort,
                      at::kChar, at::kByte})
      tensors[at::toString(type)] = (at::randn({3, 5}) * 10).to(type);
    tensors["scalar"] = at::scalar_tensor(1.5);
    tensors["empty"] = at::zeros({0, 4});
    writeTensors(file("all.safetensors"), tensors, {{"format", "pt"}});
    const auto back = readTensors(file("all.safetensors"));
    QCOMPARE(back.size(), tensors.size());
    for (const auto& [name, t] : tensors) {
      QCOMPARE(back.at(name).scalar_type(), t.scalar_type());
      QVERIFY(back.at(name).equal(t));
    }
    QCOMPARE(SafetensorsFile::open(file("all.safetensors")).metadata().at("format"), std::string("pt"));
  }

  void leavesNothingWhenNotCommitted() {
    { SafetensorsWriter writer(file("half.safetensors"), {{"a", DType::F32, {4}}}, {}); }
    QVERIFY(QDir(m_dir.path()).entryList({"half*"}).isEmpty());
  }

  void refusesBadFiles_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& content, const char* says) {
      QTest::newRow(name) << QByteArray::fromStdString(content) << QString(says);
    };
    const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    row("empty", "", "0 bytes");
    row("short", "abc", "3 bytes");
    row("absurd header length", std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8) + "{}", "header claims");
    row("header longer than file", withHeader(good, "").substr(0, 20), "header claims");
    row("not JSON", withHeader("{nonsense", "12345678"), "not valid JSON");
    row("a list", withHeader("[]", ""), "not a JSON object");
    row("truncated data", withHeader(good, "1234"), "truncated");
    row("wrong dtype", withHeader(R"({"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}})", "12345678"),
        "dtype \"Q4\"");
    row("8-bit floating point",
        withHeader(R"({"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}})", "12345678"),
        "quantised model");
    row("2^63 beside 0",
        withHeader(R"({"a":{"dtype":"F32","shape":[0,9223372036854775808],"data_offsets":[0,0]}})", ""),
        "impossible shape");
    row("2^63-1 elements",
        withHeader(R"({"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,8]}})", "12345678"),
        "impossible shape");
    row("an offset of 2^63",
        withHeader(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775808]}})", "12345678"),
        "non-negative");
    row("an offset that is infinite",
        withHeader(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,1e400]}})", "12345678"),
        "non-negative");
    row("a name that is not UTF-8",
        withHeader("{\"caf\xe9\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "12345678"),
        "not UTF-8");
    row("offsets beyond the file",
        withHeader(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})", "12345678"), "truncated");
    row("offsets backwards",
        withHeader(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", "12345678"), "lies at bytes");
    row("negative offset",
        withHeader(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}})", "12345678"), "non-negative");
    row("size does not match shape",
        withHeader(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "12345678"),
        "shape and dtype");
    row("negative shape",
        withHeader(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", "12345678"),
        "impossible shape");
    row("overflowing shape",
        withHeader(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,16],"data_offsets":[0,8]}})",
                   "12345678"),
        "impossible shape");
    row("overlap",
        withHeader(
            R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
            "123456789012"),
        "overlap");
    row("missing field", withHeader(R"({"a":{"dtype":"F32","shape":[2]}})", "12345678"), "lacks dtype");
  }

  void refusesBadFiles() {
    QFETCH(QByteArray, content);
    QFETCH(QString, says);
    put(file("bad.safetensors"), content.toStdString());
    const auto error = errorOf([&] { SafetensorsFile::open(file("bad.safetensors")); });
    QVERIFY2(error.contains("bad.safetensors") && error.contains(says), qPrintable(error));
    QVERIFY(error.endsWith('.'));
  }

  void unalignedDataIsRead() {
    // A header whose length is not a multiple of eight puts floats at an odd address.
    float values[2] = {1.25f, -3.5f};
    const std::string json = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} )";
    put(file("odd.safetensors"), withHeader(json, std::string(reinterpret_cast<char*>(values), 8)));
    const auto t = readTensors(file("odd.safetensors")).at("a");
    QCOMPARE(t[0].item<float>(), 1.25f);
    QCOMPARE(t[1].item<float>(), -3.5f);
  }

  void checkpointNamesWhatIsMissing() {
    const auto folder = file("model");
    QVERIFY(errorOf([&] { Checkpoint::open(folder); }).contains("does not exist"));
    fs::create_directory(folder);
    QVERIFY(errorOf([&] { Checkpoint::open(folder); }).contains("no config.json"));
    put(folder / "config.json", "{");
    QVERIFY(errorOf([&] { Checkpoint::open(folder); }).contains("not valid JSON"));
    put(folder / "config.json", R"({"model_type":"t5"})");
    QVERIFY(errorOf([&] { Checkpoint::open(folder); }).contains("holds no weights"));
    put(folder / "model.safetensors.index.json",
        R"({"weight_map":{"a":"one.safetensors","b":"two.safetensors"}})");
    QVERIFY(errorOf([&] { Checkpoint::open(folder); }).contains("one.safetensors"));
    writeTensors(folder / "one.safetensors", {{"a", at::ones({2})}});
    writeTensors(folder / "two.safetensors", {{"c", at::ones({2})}});
    QVERIFY(errorOf([&] { Checkpoint::open(folder); }).contains("places \"b\""));
    writeTensors(folder / "two.safetensors", {{"b", at::zeros({3})}});
    const auto checkpoint = Checkpoint::open(folder);
    QCOMPARE(checkpoint->files().size(), size_t(2));
    QCOMPARE(checkpoint->info("b").shape, std::vector<int64_t>{3});
    put(folder / "model.safetensors.index.json", R"({"weight_map":{"a":"../one.safetensors"}})");
    QVERIFY(errorOf([&] { Checkpoint::open(folder); }).contains("without folders"));
  }

  // Experts that a file holds together are taken apart whatever model they are of.
  void takesExpertsApart() {
    const auto folder = file("experts");
    fs::create_directory(folder);
    put(folder / "config.json", R"({"model_type":"another"})");
    const auto together = at::randn({2, 6, 4}), down = at::randn({2, 4, 3});
    writeTensors(folder / "model.safetensors",
                 {{"mlp.experts.gate_up_proj", together}, {"mlp.experts.down_proj", down}});
    const auto checkpoint = Checkpoint::open(folder);
    QCOMPARE(checkpoint->tensors().size(), size_t(6));
    const auto read = [&](const std::string& name) { return storedTensor(checkpoint->stored(name)).clone(); };
    for (int64_t e = 0; e < 2; ++e) {
      const auto root = "mlp.experts." + std::to_string(e) + ".";
      QVERIFY(read(root + "gate_proj.weight").equal(together[e].slice(0, 0, 3)));
      QVERIFY(read(root + "up_proj.weight").equal(together[e].slice(0, 3)));
      QVERIFY(read(root + "down_proj.weight").equal(down[e]));
    }
  }
};

QTEST_APPLESS_MAIN(SafetensorsTest)
#include "safetensors_test.moc"
