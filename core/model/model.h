#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/model/block.h"

namespace espalier {

// A tensor the model's configuration asks for.
struct DeclaredTensor {
  std::string name;
  std::vector<int64_t> shape;
};

// The structure of a model: its blocks in the order they run, without numbers (those are Weights). Made from a
// config.json by the family that knows its model_type.
class Model {
 public:
  // Throws Error naming the key and value that cannot be handled.
  static std::shared_ptr<const Model> fromConfig(const nlohmann::json& config);
  // The same for a checkpoint, whose tensors are compared with what the configuration asks for: a missing tensor or a
  // wrong shape is an Error naming it.
  static std::shared_ptr<const Model> fromCheckpoint(const Checkpoint& checkpoint);

  const std::string& family() const { return m_family; }
  const nlohmann::json& config() const { return m_config; }
  const std::vector<std::unique_ptr<Block>>& blocks() const { return m_blocks; }
  const std::vector<DeclaredTensor>& declared() const { return m_declared; }

  // Blocks from this index on are run again for each generated token; blocks().size() where the model generates none.
  size_t decoderStart() const { return m_decoderStart; }
  int64_t startToken() const { return m_startToken; }
  int64_t endToken() const { return m_endToken; }
  int64_t padToken() const { return m_padToken; }

  // For the families that build it.
  Model(std::string family, nlohmann::json config) : m_family(std::move(family)), m_config(std::move(config)) {}
  void add(std::unique_ptr<Block> block) { m_blocks.push_back(std::move(block)); }
  void declare(const std::string& name, std::vector<int64_t> shape) { m_declared.push_back({name, std::move(shape)}); }
  void beginDecoder() { m_decoderStart = m_blocks.size(); }
  void setTokens(int64_t start, int64_t end, int64_t pad) { m_startToken = start, m_endToken = end, m_padToken = pad; }

 private:
  std::string m_family;
  nlohmann::json m_config;
  std::vector<std::unique_ptr<Block>> m_blocks;
  std::vector<DeclaredTensor> m_declared;
  size_t m_decoderStart = SIZE_MAX;
  int64_t m_startToken = 0, m_endToken = -1, m_padToken = 0;
};

}  // namespace espalier
