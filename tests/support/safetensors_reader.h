#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace espalier::test {

// A tensor of a reference file, as plain bytes (little-endian, row-major).
struct RawTensor {
  std::string dtype;  // as in the file: "F32", "U8", "I64" ...
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes;

  // The bytes as numbers; the caller knows the dtype.
  template <typename T>
  std::vector<T> as() const {
    std::vector<T> out(bytes.size() / sizeof(T));
    std::memcpy(out.data(), bytes.data(), out.size() * sizeof(T));
    return out;
  }
};

// All tensors of a small, well-formed safetensors file by name. Empty if the file is not there.
inline std::map<std::string, RawTensor> readSafetensors(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return {};
  uint64_t headerBytes = 0;
  in.read(reinterpret_cast<char*>(&headerBytes), sizeof headerBytes);
  std::string header(headerBytes, '\0');
  in.read(header.data(), std::streamsize(header.size()));
  std::map<std::string, RawTensor> out;
  const auto entries = nlohmann::json::parse(header);
  for (const auto& [name, entry] : entries.items()) {
    if (name == "__metadata__") continue;
    const auto range = entry.at("data_offsets").get<std::vector<uint64_t>>();
    RawTensor tensor{entry.at("dtype"), entry.at("shape"), std::vector<uint8_t>(range.at(1) - range.at(0))};
    in.seekg(std::streamoff(8 + headerBytes + range[0]));
    in.read(reinterpret_cast<char*>(tensor.bytes.data()), std::streamsize(tensor.bytes.size()));
    if (!in) throw std::runtime_error(path.string() + " ends within " + name);
    out.emplace(name, std::move(tensor));
  }
  return out;
}

}  // namespace espalier::test
