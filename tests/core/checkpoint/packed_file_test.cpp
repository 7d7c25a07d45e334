// Packed files: whatever goes in comes back to the bit, and what is damaged is told.
#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>

#include "core/base/file.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/packed_int8.h"
#include "core/checkpoint/packed_tensor.h"
#include "core/checkpoint/zstd_frames.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

namespace {

struct Part {
  TensorInfo info;
  std::string bytes;
};

std::string fileOf(const std::string& json, const std::string& data) {
  const uint64_t length = json.size();
  return std::string(reinterpret_cast<const char*>(&length), 8) + json + data;
}

std::span<const std::byte> asBytes(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Weights of a normal distribution, some of them zero, as bfloat16, float16 (bits alone) or float32.
std::string weights(int64_t count, double zeros, int64_t elementBytes, uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal(0, 0.02f);
  std::uniform_real_distribution<double> uniform;
  std::string out(size_t(count * elementBytes), '\0');
  for (int64_t i = 0; i < count; ++i) {
    if (uniform(random) < zeros) continue;
    const float value = normal(random);
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    const uint64_t element = elementBytes == 2 ? bits >> 16 : bits;
    std::memcpy(out.data() + i * elementBytes, &element, size_t(std::min<int64_t>(4, elementBytes)));
  }
  return out;
}

std::string joined(const std::vector<std::vector<std::byte>>& frames) {
  std::string out;
  for (const auto& f : frames) out.append(reinterpret_cast<const char*>(f.data()), f.size());
  return out;
}

std::string roundTrip(const std::string& dense, ElementKind kind, bool* masked = nullptr) {
  const auto packed = packTensor(asBytes(dense), kind);
  const auto values = joined(packed.values), mask = packed.mask ? joined(*packed.mask) : std::string();
  if (masked) *masked = packed.mask.has_value();
  std::string out(dense.size(), 'x');
  const auto fault = unpackTensor(packed.mask ? std::optional(asBytes(mask)) : std::nullopt, asBytes(values),
                                  kind, std::as_writable_bytes(std::span(out)));
  return fault.empty() ? out : fault;
}

// Debian's, which has the modules, where another comes before it.
QString python3() {
  return QFileInfo::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
}

}  // namespace

class PackedFileTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path file(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

  // A dense file of every type, with metadata, blanks in its header, and bytes between and behind its
  // tensors.
  std::string denseFile() const {
    const std::string json =
        R"({ "__metadata__": {"format":"pt", "note":"\u00e9"},"z":{"dtype":"BF16","shape":[40,10],"data_offsets":[4,804]}, )"
        R"("a.mask":{"dtype":"F32","shape":[100],"data_offsets":[804,1204]},"a":{"dtype":"I64","shape":[3],"data_offsets":[1210,1234]},)"
        R"("empty":{"dtype":"F16","shape":[0,4],"data_offsets":[1234,1234]},"b":{"dtype":"BOOL","shape":[5],"data_offsets":[1234,1239]},)"
        R"("zeros":{"dtype":"F32","shape":[50],"data_offsets":[1239,1439]},"scalar":{"dtype":"F64","shape":[],"data_offsets":[1439,1447]}}   )";
    std::string data = "gap1" + weights(400, 0.6, 2) + weights(100, 0, 4) + "gap-02";
    for (const int64_t v : {int64_t(7), int64_t(-1), int64_t(0)})
      data.append(reinterpret_cast<const char*>(&v), 8);
    data += std::string("\1\0\0\1\1", 5) + std::string(200, '\0');
    const double pi = M_PI;
    data.append(reinterpret_cast<const char*>(&pi), 8);
    return fileOf(json, data + "the end");
  }

  std::string packedFile(const std::string& dense) const {
    const auto source = file("source.safetensors"), target = file("target.packed.safetensors");
    std::ofstream(source, std::ios::binary) << dense;
    const auto from = SafetensorsFile::open(source);
    PackedWriter writer(target, std::string(from.headerBytes()), gapsIn(from));
    for (size_t i = 0; i < from.tensors().size(); ++i) writer.append(from.bytes(i));
    writer.commit();
    return readTextFile(target);
  }

  std::string unpacked(const std::string& packed) const {
    const auto source = file("again.packed.safetensors"), target = file("again.safetensors");
    std::ofstream(source, std::ios::binary) << packed;
    PackedFile::open(SafetensorsFile::open(source))->writeDense(target);
    return readTextFile(target);
  }

 private Q_SLOTS:
  void everyBitComesBack_data() {
    QTest::addColumn<int>("elementBytes");
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("zeros");
    for (const int bytes : {1, 2, 4, 8})
      for (const int count : {0, 1, 63, 64, 65, 1000, 131071, 131073, 400001})
        for (const double zeros : {0.0, 0.05, 0.5, 0.9, 1.0})
          QTest::addRow("%d bytes, %d, %g", bytes, count, zeros) << bytes << count << zeros;
  }
  void everyBitComesBack() {
    QFETCH(int, elementBytes);
    QFETCH(int, count);
    QFETCH(double, zeros);
    const auto dense = weights(count, zeros, elementBytes == 1 ? 4 : elementBytes, uint64_t(count))
                           .substr(0, size_t(count) * size_t(elementBytes));
    bool masked = false;
    QVERIFY(roundTrip(dense, {elementBytes, false}, &masked) == dense);
    QVERIFY(roundTrip(dense, {elementBytes, true}, &masked) == dense);
    if (count > 1000 && elementBytes > 1) QCOMPARE(masked, zeros >= 0.5);
  }

  // A negative zero is no zero, and a NaN is more than a NaN.
  void bitsAreKept() {
    std::vector<uint16_t> bits;
    for (int i = 0; i < 65536; ++i) bits.push_back(uint16_t(i)), bits.push_back(0), bits.push_back(0x8000);
    const std::string dense(reinterpret_cast<const char*>(bits.data()), bits.size() * 2);
    bool masked = false;
    QVERIFY(roundTrip(dense, {2, true}, &masked) == dense);
    QVERIFY(masked);
    std::vector<uint32_t> wide;
    for (const uint32_t b : {0x7fc01234u, 0xffc00001u, 0x7f800001u, 0x80000000u, 0u, 0u, 1u, 0xff800000u})
      wide.push_back(b);
    const std::string more(reinterpret_cast<const char*>(wide.data()), wide.size() * 4);
    QVERIFY(roundTrip(more, {4, true}) == more);
  }

  void sizes_data() {
    QTest::addColumn<double>("zeros");
    QTest::addColumn<int>("elementBytes");
    QTest::addColumn<double>("most");  // share of the dense bytes
    QTest::newRow("bfloat16, 50 %") << 0.5 << 2 << 0.40;
    QTest::newRow("bfloat16, 70 %") << 0.7 << 2 << 0.26;
    QTest::newRow("bfloat16, dense") << 0.0 << 2 << 0.69;
    QTest::newRow("float32, 50 %") << 0.5 << 4 << 0.45;
    QTest::newRow("float32, 70 %") << 0.7 << 4 << 0.28;
  }
  void sizes() {
    QFETCH(double, zeros);
    QFETCH(int, elementBytes);
    QFETCH(double, most);
    const auto dense = weights(1'000'000, zeros, elementBytes);
    const auto packed = packTensor(asBytes(dense), {elementBytes, true});
    const double share = double(packed.maskBytes() + packed.valueBytes()) / double(dense.size());
    QVERIFY2(share <= most, qPrintable(QString::number(share)));
    QVERIFY2(share > most - 0.05, qPrintable(QString::number(share)));
  }

  // What magnitude leaves lies within a few powers of two, whose bits are not stored twice.
  void narrowRangesAreSmaller_data() {
    QTest::addColumn<double>("zeros");
    QTest::addColumn<int>("elementBytes");
    QTest::addColumn<double>("most");  // share of the dense bytes; entropy asks for 0.01 less
    QTest::newRow("bfloat16, 50 %") << 0.5 << 2 << 0.36;
    QTest::newRow("bfloat16, 70 %") << 0.7 << 2 << 0.225;
    QTest::newRow("float32, 50 %") << 0.5 << 4 << 0.43;
    QTest::newRow("float32, 70 %") << 0.7 << 4 << 0.263;
  }
  void narrowRangesAreSmaller() {
    QFETCH(double, zeros);
    QFETCH(int, elementBytes);
    QFETCH(double, most);
    auto dense = weights(1'000'000, 0, elementBytes);
    std::vector<uint32_t> magnitudes;
    const auto at = [&](int64_t i) {
      uint32_t bits = 0;
      std::memcpy(&bits, dense.data() + i * elementBytes, size_t(elementBytes));
      return bits & (elementBytes == 2 ? 0x7fffu : 0x7fffffffu);
    };
    for (int64_t i = 0; i < 1'000'000; ++i) magnitudes.push_back(at(i));
    const auto threshold = magnitudes.begin() + int64_t(zeros * 1e6);
    std::nth_element(magnitudes.begin(), threshold, magnitudes.end());
    for (int64_t i = 0; i < 1'000'000; ++i)
      if (at(i) < *threshold) std::memset(dense.data() + i * elementBytes, 0, size_t(elementBytes));
    QVERIFY(roundTrip(dense, {elementBytes, true}) == dense);
    const auto packed = packTensor(asBytes(dense), {elementBytes, true});
    const auto values = joined(packed.values);
    const auto described = describedValues(asBytes(values));
    QVERIFY(packed.isDescribed && described.description.shift >= 4 && described.description.base > 0);
    const double share = double(packed.maskBytes() + packed.valueBytes()) / double(dense.size());
    QVERIFY2(share <= most, qPrintable(QString::number(share)));
    // As whole numbers they have no range, and take more.
    const auto plain = packTensor(asBytes(dense), {elementBytes, false});
    QVERIFY(!plain.isDescribed);
    QVERIFY(plain.valueBytes() > packed.valueBytes());
  }

  // Files of the first version, made here by hand.
  void theFirstVersionIsRead() {
    constexpr int64_t kElements = 300'000;
    const auto dense = weights(kElements, 0.6, 2, 9);
    std::string mask(size_t((kElements + 7) / 8), '\0'), low, high;
    for (int64_t i = 0; i < kElements; ++i) {
      uint16_t element;
      std::memcpy(&element, dense.data() + 2 * i, 2);
      if (element == 0) continue;
      mask[size_t(i / 8)] = char(mask[size_t(i / 8)] | 1 << i % 8);
      element = uint16_t(element << 1 | element >> 15);
      low += char(element & 255), high += char(element >> 8);
    }
    const auto framed = [](const std::string& bytes) {
      std::vector<std::byte> out;
      for (size_t at = 0; at < bytes.size(); at += size_t(kFrameElements))
        appendFrame(out, asBytes(bytes).subspan(at, std::min(size_t(kFrameElements), bytes.size() - at)));
      return std::string(reinterpret_cast<const char*>(out.data()), out.size());
    };
    const auto header = safetensorsHeader({{"w", DType::BF16, {kElements}}}, {});
    const std::pair<std::string, std::string> parts[] = {{"espalier.header", framed(header)},
                                                         {"w.mask", framed(mask)},
                                                         {"w.values", framed(low) + framed(high)}};
    std::vector<TensorInfo> infos;
    std::string data;
    for (const auto& [name, bytes] : parts)
      infos.push_back({name, DType::U8, {int64_t(bytes.size())}}), data += bytes;
    QVERIFY(unpacked(safetensorsHeader(infos, {{"espalier.packed", "1"}}) + data) == header + dense);
  }

  // A description that the tensor's type cannot have, or that is no description.
  void badDescriptionsAreNamed() {
    const auto told = [&](const std::string& dtype, std::vector<uint64_t> range,
                          const std::vector<float>& scales = {}, size_t cut = 0) {
      const auto type = dtype == "I16" ? DType::I16 : DType::BF16;
      const auto header = safetensorsHeader({{"w", type, {10, 10}}}, {});
      std::string content(reinterpret_cast<const char*>(range.data()), range.size() * 8);
      content.append(reinterpret_cast<const char*>(scales.data()), scales.size() * 4);
      std::vector<std::byte> frame;
      appendFrame(frame, asBytes(content));
      std::string values("\x50\x2a\x4d\x18\0\0\0\0", 8);
      values.append(reinterpret_cast<const char*>(frame.data()), frame.size() - cut);
      values += joined(
          packTensor(asBytes(std::string(scales.empty() ? 200 : 100, 'a')), {scales.empty() ? 2 : 1, false})
              .values);
      std::vector<TensorInfo> infos;
      std::string data;
      const auto first = joined(packTensor(asBytes(header), {1, false}).values);
      for (const auto& [name, bytes] :
           {std::pair(std::string("espalier.header"), first), {"w.values", values}})
        infos.push_back({name, DType::U8, {int64_t(bytes.size())}}), data += bytes;
      return errorOf([&] { unpacked(safetensorsHeader(infos, {{"espalier.packed", "2"}}) + data); });
    };
    QCOMPARE(told("BF16", {0, 0}), QString());
    QCOMPARE(told("I16", {0, 0}), QString());
    QCOMPARE(told("BF16", {65534, 15}), QString());
    QCOMPARE(told("BF16", {0, 0}, std::vector<float>(10, 0.5f)), QString());
    const char* range = "a range that their type cannot have";
    for (const auto& [sentence, what] :
         {std::pair(told("BF16", {0, 16}), range),
          {told("BF16", {65536, 0}), range},
          {told("I16", {0, 1}), range},
          {told("I16", {2, 0}), range},
          {told("BF16", {0}), "what describes its values is damaged or cut off"},
          {told("BF16", {0, 0}, {}, 3), "what describes its values is damaged"},
          {told("BF16", {0, 0}, {1, 2, 3}), "3 scales where its shape asks for 10"},
          {told("I16", {0, 0}, std::vector<float>(10, 1)), "is no matrix of float32, bfloat16 or float16"},
          {told("BF16", {0, 0}, {1, 1, 1, 1, 1, 1, 1, 1, 1, NAN}), "not finite"},
          {told("BF16", {0, 0}, {1, 1, 1, 1, 1, 1, 1, 1, 1, -1}), "below zero"}})
      QVERIFY2(sentence.contains(what) && sentence.contains("\"w\"") &&
                   sentence.contains("again.packed.safetensors"),
               qPrintable(sentence + " / " + what));
  }

  void theDenseFileComesBack() {
    const auto dense = denseFile();
    const auto packed = packedFile(dense);
    QVERIFY(unpacked(packed) == dense);
    const auto open = PackedFile::open(SafetensorsFile::open(file("target.packed.safetensors")));
    QCOMPARE(open->dense().tensors.size(), size_t(7));
    QCOMPARE(open->dense().metadata.at("note"), std::string("\u00e9"));
  }

  // Cut anywhere, or with any byte turned: told, or of no consequence. Never other weights.
  void damageIsTold() {
    const auto dense = denseFile();
    const auto packed = packedFile(dense);
    for (size_t length = 0; length < packed.size(); length += 1 + packed.size() / 100) {
      const auto sentence = errorOf([&] { unpacked(packed.substr(0, length)); });
      QVERIFY2(sentence.contains("again.packed.safetensors"), qPrintable(QString::number(length) + sentence));
    }
    int told = 0;
    for (size_t at = 0; at < packed.size(); at += 3) {
      auto turned = packed;
      turned[at] = char(turned[at] ^ (1 << at % 8));
      std::string back;
      const auto sentence = errorOf([&] { back = unpacked(turned); });
      told += !sentence.isEmpty();
      QVERIFY2(!sentence.isEmpty() || back == dense, qPrintable(QString::number(at)));
    }
    QVERIFY(told > 200);
  }

  void faults_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("says");
    QTest::newRow("newer") << "newer"
                           << "version \"3\"; this program reads versions 1 and 2";
    QTest::newRow("mask") << "mask"
                          << "of the tensor \"w\" its mask keeps 600 elements, but it has 500 values";
    QTest::newRow("short mask") << "short mask"
                                << "its mask has 50 bytes where its shape asks for 125";
    QTest::newRow("too few") << "too few"
                             << "has 500 values where its shape asks for 1000";
    QTest::newRow("cut frame") << "cut frame"
                               << "its values are damaged or cut off";
    QTest::newRow("beyond") << "beyond"
                            << "mask has 126 bytes where its shape asks for 125";
    QTest::newRow("last bits") << "last bits"
                               << "bits beyond its last element";
    QTest::newRow("lacks") << "lacks"
                           << "lacks the values of \"w\"";
    QTest::newRow("too many") << "too many"
                              << "\"other.values\", which belongs to no tensor";
    QTest::newRow("header") << "header"
                            << "lacks \"espalier.header\"";
    QTest::newRow("dtype") << "dtype"
                           << "\"w.values\" has the dtype I8";
  }
  void faults() {
    QFETCH(QString, kind);
    QFETCH(QString, says);
    std::string half(2000, '\0'), more(2000, '\0');
    for (size_t i = 0; i < 500; ++i) half[i * 2] = '\1';
    for (size_t i = 0; i < 600; ++i) more[i * 2] = '\1';
    const auto a = packTensor(asBytes(half), {2, true}), b = packTensor(asBytes(more), {2, true});
    std::string shortMask(800, '\0'), longMask(2002, '\0');
    for (size_t i = 0; i < 250; ++i) shortMask[i] = '\1';
    for (size_t i = 501; i < 1001; ++i) longMask[i * 2] = '\1';
    auto mask = joined(*a.mask), values = joined(a.values);
    if (kind == "mask") mask = joined(*b.mask);
    if (kind == "short mask") mask = joined(*packTensor(asBytes(shortMask.substr(0, 800)), {2, true}).mask);
    if (kind == "beyond") mask = joined(*packTensor(asBytes(longMask), {2, true}).mask);
    if (kind == "last bits")
      mask = joined(*packTensor(asBytes(std::string(1000, '\0') + std::string(1000, '\1')), {2, true}).mask);
    if (kind == "cut frame") values.resize(values.size() - 3);
    const int64_t elements = kind == "last bits" ? 998 : 1000;
    const std::string denseHeader = safetensorsHeader({{"w", DType::BF16, {elements}}}, {});
    const auto header = joined(packTensor(asBytes(denseHeader), {1, false}).values);
    std::vector<TensorInfo> infos;
    std::string data;
    const auto add = [&](const std::string& name, const std::string& bytes, DType type = DType::U8) {
      infos.push_back({name, type, {int64_t(bytes.size())}});
      data += bytes;
    };
    if (kind != "header") add("espalier.header", header);
    if (kind != "too few") add("w.mask", mask);
    if (kind != "lacks") add("w.values", values, kind == "dtype" ? DType::I8 : DType::U8);
    if (kind == "too many") add("other.values", values);
    if (kind == "lacks") infos.erase(infos.begin() + 1), data.resize(header.size());
    const auto sentence = errorOf([&] {
      unpacked(safetensorsHeader(infos, {{"espalier.packed", kind == "newer" ? "3" : "1"}}) + data);
    });
    QVERIFY2(sentence.contains(says) && sentence.contains("again.packed.safetensors"), qPrintable(sentence));
  }

  // docs/packed.md holds a reader in Python; it is run as it stands there.
  void theDocumentedReaderReads() {
    const auto text = readTextFile(fs::path(ESPALIER_SOURCE_DIR) / "docs/packed.md");
    const auto begin = text.find("```python\n") + 10;
    std::ofstream(file("reader.py")) << text.substr(begin, text.find("```", begin) - begin);
    const auto dense = denseFile();
    packedFile(dense);
    const auto read = [&](const fs::path& from) {
      QProcess python;
      python.start(python3(),
                   {QString::fromStdString(file("reader.py").string()), QString::fromStdString(from.string()),
                    QString::fromStdString(file("read.safetensors").string())});
      python.waitForFinished(60000);
      const auto errors = python.readAllStandardError().toStdString();
      return python.exitCode() == 0 ? readTextFile(file("read.safetensors")) : errors;
    };
    const auto got = read(file("target.packed.safetensors"));
    QVERIFY2(got == dense, got.substr(0, 2000).c_str());
    // With a matrix held as int8, in each type that can be.
    for (const auto dtype : {DType::BF16, DType::F16, DType::F32}) {
      const auto header = safetensorsHeader({{"a", dtype, {3, 200}}, {"b", DType::BF16, {40}}}, {});
      const auto first = weights(600, 0.6, sizeOf(dtype), 3), second = weights(40, 0, 2, 4);
      {
        Int8PackedWriter writer(file("int8.packed.safetensors"), header);
        writer.appendInt8(asBytes(first), Int8Scale::Absmax);
        writer.append(asBytes(second));
        writer.commit();
      }
      const auto packed = PackedFile::open(SafetensorsFile::open(file("int8.packed.safetensors")));
      QVERIFY(isInt8(*packed, 0) && !isInt8(*packed, 1));
      packed->writeDense(file("int8.safetensors"));
      const auto expected = readTextFile(file("int8.safetensors"));
      QVERIFY(expected.starts_with(header) && expected.ends_with(second) &&
              expected != header + first + second);
      const auto found = read(file("int8.packed.safetensors"));
      QVERIFY2(found == expected, found.substr(0, 2000).c_str());
    }
    // Of several frames, and of values in a narrow range.
    for (const auto& [dtype, size] : {std::pair(DType::BF16, 2), {DType::F32, 4}}) {
      std::string narrow;
      for (uint32_t i = 0; i < 300'000; ++i) {
        const uint32_t bits = i % 3 == 0 ? 0 : ((i % 2) << 31 | 0x3c000000u) + i * 77;
        const uint32_t element = size == 2 ? bits >> 16 : bits;
        narrow.append(reinterpret_cast<const char*>(&element), size_t(size));
      }
      const auto whole = safetensorsHeader({{"w", dtype, {300'000}}, {"b", dtype, {0}}}, {}) + narrow;
      packedFile(whole);
      const auto ranged = SafetensorsFile::open(file("target.packed.safetensors"));
      QCOMPARE(ranged.metadata().at("espalier.packed"), std::string("2"));
      QVERIFY(read(file("target.packed.safetensors")) == whole);
    }
    const auto large = safetensorsHeader({{"w", DType::BF16, {500'000}}}, {}) + weights(500'000, 0.5, 2);
    packedFile(large);
    QVERIFY(read(file("target.packed.safetensors")) == large);
  }
};

QTEST_GUILESS_MAIN(PackedFileTest)
#include "packed_file_test.moc"
