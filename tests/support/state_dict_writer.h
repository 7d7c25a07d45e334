#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// State dicts made by hand, byte by byte: true ones, and such as PyTorch never writes.
namespace espalier::test {

inline std::string littleEndian(uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += i < 8 ? char(value >> (8 * i)) : '\0';
  return out;
}

struct ZipEntry {
  std::string name, content;
  int method = 0;
  int64_t claimed = -1;   // size in the directory; -1: the true one
  uint32_t checksum = 0;  // 0: none, as some writers leave it
};

// A zip file of entries stored as they are.
inline std::string zipOf(const std::vector<ZipEntry>& entries) {
  std::string out, directory;
  for (const auto& e : entries) {
    const auto size = uint64_t(e.claimed < 0 ? int64_t(e.content.size()) : e.claimed);
    const std::string common = littleEndian(20, 2) + littleEndian(0, 2) +
                               littleEndian(uint64_t(e.method), 2) + littleEndian(0, 4) +
                               littleEndian(e.checksum, 4) + littleEndian(size, 4) + littleEndian(size, 4) +
                               littleEndian(e.name.size(), 2) + littleEndian(0, 2);
    directory += "PK\1\2" + littleEndian(20, 2) + common + littleEndian(0, 2 + 2 + 2 + 4) +
                 littleEndian(out.size(), 4) + e.name;
    out += "PK\3\4" + common + e.name + e.content;
  }
  const auto at = out.size();
  return out + directory + "PK\5\6" + littleEndian(0, 4) + littleEndian(entries.size(), 2) +
         littleEndian(entries.size(), 2) + littleEndian(directory.size(), 4) + littleEndian(at, 4) +
         littleEndian(0, 2);
}

inline std::string pickledText(const std::string& s) {
  return "X" + littleEndian(s.size(), 4) + s;
}
inline std::string pickledInteger(int64_t v) {
  return "\x8a\x08" + littleEndian(uint64_t(v), 8);
}
inline std::string pickledTuple(const std::vector<int64_t>& values) {
  std::string out = "(";
  for (const auto v : values) out += pickledInteger(v);
  return out + "t";
}
inline std::string pickledGlobal(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}

// _rebuild_tensor_v2(storage, offset, shape, strides, False, ())
inline std::string pickledTensor(const std::string& key, int64_t elements, int64_t offset,
                                 const std::vector<int64_t>& shape, const std::vector<int64_t>& strides,
                                 const std::string& storage = "FloatStorage") {
  return pickledGlobal("torch._utils", "_rebuild_tensor_v2") + "((" + pickledText("storage") +
         pickledGlobal("torch", storage) + pickledText(key) + pickledText("cpu") + pickledInteger(elements) +
         "tQ" + pickledInteger(offset) + pickledTuple(shape) + pickledTuple(strides) + "\x89" + ")tR";
}
inline std::string pickledDict(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string out = "\x80\x02}(";
  for (const auto& [key, value] : entries) out += pickledText(key) + value;
  return out + "u.";
}
inline std::string torchArchive(const std::string& pickle,
                                const std::string& storage = std::string(32, '\0')) {
  return zipOf({{"a/data.pkl", pickle}, {"a/data/0", storage}});
}

}  // namespace espalier::test
