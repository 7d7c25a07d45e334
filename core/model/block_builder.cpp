#include "core/model/block_builder.h"

namespace espalier {

void declareLinear(Model& model, const std::string& name, int64_t rows, int64_t columns, bool bias) {
  model.declare(name + ".weight", {rows, columns});
  if (bias) model.declare(name + ".bias", {rows});
}

void declareLayerNorm(Model& model, const std::string& name, int64_t width) {
  model.declare(name + ".weight", {width});
  model.declare(name + ".bias", {width});
}

void BlockBuilder::matrix(const std::string& name, int64_t rows, int64_t columns, bool bias, bool routed) {
  const auto full = m_description.name + "." + name;
  m_description.matrices.push_back({full + ".weight", rows, columns, routed});
  declareLinear(m_model, full, rows, columns, bias);
}

void BlockBuilder::layerNorm(const std::string& name, int64_t width) {
  declareLayerNorm(m_model, m_description.name + "." + name, width);
}

void BlockBuilder::tensor(const std::string& name, std::vector<int64_t> shape) {
  m_model.declare(m_description.name + "." + name, std::move(shape));
}

}  // namespace espalier
