#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/checkpoint/stored_tensor.h"

namespace espalier {

class StateDictFile;

// A model folder as Hugging Face writes it, opened read-only: config.json and the weights, single or sharded,
// as safetensors or as PyTorch state dicts (pytorch_model.bin, its index, or one file *.bin, *.pth, *.pt of
// any name), or packed (core/checkpoint/packed_file.h). Safetensors are preferred where both are there;
// packed files beside dense ones are refused. Weights stay in the memory-mapped files; a tensor is fetched by
// its name. Immutable after open(), so it can be used from several threads.
//
// The prefixes "module." of DataParallel and "_orig_mod." of torch.compile go where all names of a file have
// them; names of state dicts are read as transformers reads them: LayerNorm.gamma and .beta are weight and
// bias.
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
  const TensorInfo& info(const std::string& name) const;  // throws Error if absent
  // The tensor where it lies. Throws Error if absent, or where its bytes do not have the checksum that its
  // file has of them; they are compared the first time it is asked for.
  StoredTensor stored(const std::string& name) const;
  // Its bytes, unpacked where they are packed. A view is valid while this lives.
  TensorBytes bytes(const std::string& name) const { return stored(name).read(); }

  // The first tensor that shares its storage with this one, byte for byte; the name itself where there is
  // none. In a state dict tied weights are stored once, under several names.
  const std::string& tiedTo(const std::string& name) const;
  // The weight files, and which tensors each holds in file order: an export keeps that division.
  struct File {
    std::filesystem::path path;
    std::string exportName;  // the file's name in an export, which is safetensors: model.safetensors, ...
    std::vector<std::string> tensors;
    std::map<std::string, std::string> metadata;
    std::shared_ptr<const PackedFile> packed = {};  // null: a dense one
  };
  const std::vector<File>& files() const { return m_files; }
  int64_t totalBytes() const;  // tied weights count once
  // What the tensors take in the files: packed files as they are, else totalBytes().
  int64_t storedBytes() const;
  bool isPacked() const { return m_files.front().packed != nullptr; }

 private:
  Checkpoint() = default;
  void addFile(const std::filesystem::path& path, const std::string& exportName);
  // packed: the index names the dense files of packed ones.
  void addIndexed(const std::filesystem::path& index, bool packed);
  void refuseMixture() const;
  void findTies();

  std::filesystem::path m_folder;
  nlohmann::json m_config;
  std::vector<TensorInfo> m_tensors;
  std::map<std::string, size_t> m_index;
  std::vector<std::span<const std::byte>> m_places;
  std::vector<size_t> m_tiedTo;
  std::vector<std::pair<std::shared_ptr<const StateDictFile>, size_t>> m_dictOf;  // null: no checksums
  std::vector<std::pair<size_t, size_t>> m_fileOf;        // for each tensor: its file, and its number in that
  std::vector<std::shared_ptr<const MappedFile>> m_maps;  // of each file
  std::vector<File> m_files;
};

}  // namespace espalier
