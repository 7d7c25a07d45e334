#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/model/block.h"
#include "core/model/decoding.h"

namespace espalier {

// A tensor the model's configuration asks for.
struct DeclaredTensor {
  std::string name;
  std::vector<int64_t> shape;
};

// What a family builds a model from.
struct ModelSource {
  nlohmann::json config;      // config.json
  nlohmann::json generation;  // generation_config.json; null where there is none
  std::map<std::string, std::vector<int64_t>>
      shapes;  // of the stored tensors; empty: only the configuration is known

  // Whether a tensor that not all models of a family have is there; `otherwise` where the tensors are not
  // known.
  bool stores(const std::string& tensor, bool otherwise) const {
    return shapes.empty() ? otherwise : shapes.contains(tensor);
  }
  // Programs and versions differ in where they put the same module: the first of the prefixes that `tensor`
  // is stored with; the first of all where it is stored with none.
  std::string prefixOf(const std::string& tensor, const std::vector<std::string>& prefixes) const {
    for (const auto& p : prefixes)
      if (shapes.contains(p + tensor)) return p;
    return prefixes.front();
  }
  // Whether a head's weight is the token table. Where a head is stored it counts, whatever the configuration
  // says (as transformers 5 has it; 4 stored tied weights once, or twice the same).
  bool tiesHead(const std::string& head, bool configured) const { return configured && !stores(head, false); }
};

// What a model is for, and so what goes into it and how it is evaluated.
enum class ModelTask {
  Answer,    // says something about a picture, a text or both: T5, BLIP-2, BLIP, LLaVA
  Continue,  // a language model: LLaMA, OPT
  Match,     // pictures with texts: CLIP, BLIP retrieval
  Classify,  // pictures: ViT
  Embed,     // features without a loss: BERT, a vision tower without a head
};

// The structure of a model: its blocks in the order they run, without numbers (those are Weights). Made from
// a config.json by the family that knows its model_type.
class Model {
 public:
  // Throws Error naming the key and value that cannot be handled.
  static std::shared_ptr<const Model> fromConfig(const nlohmann::json& config);
  // The same for a checkpoint, whose tensors are compared with what the configuration asks for: a missing
  // tensor or a wrong shape is an Error naming it.
  static std::shared_ptr<const Model> fromCheckpoint(const Checkpoint& checkpoint);

  const std::string& family() const { return m_family; }  // as in the registry: "blip-2", "llama", ...
  ModelTask task() const { return m_task; }
  const nlohmann::json& config() const { return m_config; }
  const std::vector<std::unique_ptr<Block>>& blocks() const { return m_blocks; }
  const std::vector<DeclaredTensor>& declared() const { return m_declared; }
  int64_t declaredBytes() const;  // of all of them, in float32

  // How it generates text; null where it generates none.
  const Generation* generation() const { return m_generation ? &*m_generation : nullptr; }
  // Blocks from this index on are run again for each generated token; blocks().size() where the model
  // generates none.
  size_t decoderStart() const { return m_generation ? m_generation->decoderStart : m_blocks.size(); }

  // For the families that build it.
  Model(std::string family, ModelTask task, nlohmann::json config)
      : m_family(std::move(family)), m_task(task), m_config(std::move(config)) {}
  void add(std::unique_ptr<Block> block) { m_blocks.push_back(std::move(block)); }
  void declare(const std::string& name, std::vector<int64_t> shape) {
    m_declared.push_back({name, std::move(shape)});
  }
  // The next block added is the first that runs for each token.
  void beginDecoder() { m_decoderStart = m_blocks.size(); }
  // generation.decoderStart is where beginDecoder() was called.
  void setGeneration(Generation generation) {
    m_generation = std::move(generation);
    m_generation->decoderStart = m_decoderStart;
  }

 private:
  static std::shared_ptr<const Model> fromSource(const ModelSource& source);

  std::string m_family;
  ModelTask m_task;
  nlohmann::json m_config;
  std::vector<std::unique_ptr<Block>> m_blocks;
  std::vector<DeclaredTensor> m_declared;
  size_t m_decoderStart = 0;
  std::optional<Generation> m_generation;
};

}  // namespace espalier
