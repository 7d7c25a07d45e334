#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/checkpoint/safetensors.h"

namespace espalier {

// A model folder as Hugging Face writes it, opened read-only: config.json and the weights, single or sharded
// safetensors. Weights stay in the memory-mapped files; a tensor is fetched by its name. Immutable after
// open(), so it can be used from several threads.
class Checkpoint {
 public:
  // Throws Error naming the folder or file: no such folder, no config.json, no weights, a shard missing, a
  // damaged file.
  static std::shared_ptr<const Checkpoint> open(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return m_folder; }
  const nlohmann::json& config() const { return m_config; }
  std::string modelType() const;  // config's "model_type", or empty

  const std::vector<TensorInfo>& tensors() const { return m_tensors; }
  bool has(const std::string& name) const { return m_index.contains(name); }
  const TensorInfo& info(const std::string& name) const;            // throws Error if absent
  std::span<const std::byte> bytes(const std::string& name) const;  // valid while this lives

  const std::shared_ptr<const MappedFile>& fileOf(const std::string& name) const;  // where its bytes lie

  // The weight files, and which tensors each holds in file order: an export keeps that division.
  struct File {
    std::filesystem::path path;
    std::vector<std::string> tensors;
    std::map<std::string, std::string> metadata;
  };
  const std::vector<File>& files() const { return m_files; }
  int64_t totalBytes() const;

 private:
  Checkpoint() = default;
  void addFile(const std::filesystem::path& path);

  std::filesystem::path m_folder;
  nlohmann::json m_config;
  std::vector<TensorInfo> m_tensors;
  std::map<std::string, size_t> m_index;
  std::vector<std::span<const std::byte>> m_bytes;
  std::vector<size_t> m_mapOf;  // for each tensor
  std::vector<std::shared_ptr<const MappedFile>> m_maps;
  std::vector<File> m_files;
};

}  // namespace espalier
