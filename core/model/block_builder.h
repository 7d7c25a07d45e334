#pragma once

#include <string>

#include "core/model/model.h"

namespace espalier {

// Puts together the description of a block with prunable matrices while its tensors are declared. Names are
// those below the block's own.
class BlockBuilder {
 public:
  BlockBuilder(Model& model, std::string name, Component component, bool prunedByDefault = true)
      : m_model(model), m_description{std::move(name), component, prunedByDefault, {}} {}

  // name.weight [rows, columns], prunable, and name.bias [rows] if it has one.
  void matrix(const std::string& name, int64_t rows, int64_t columns, bool bias, bool routed = false);
  // name.weight and name.bias [width] of a layer norm.
  void layerNorm(const std::string& name, int64_t width);
  // A tensor that is not pruned.
  void tensor(const std::string& name, std::vector<int64_t> shape);

  const BlockDescription& description() const { return m_description; }

 private:
  Model& m_model;
  BlockDescription m_description;
};

// The same for what stands between blocks, by full names.
void declareLinear(Model& model, const std::string& name, int64_t rows, int64_t columns, bool bias);
void declareLayerNorm(Model& model, const std::string& name, int64_t width);

}  // namespace espalier
