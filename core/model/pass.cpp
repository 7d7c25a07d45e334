#include "core/model/pass.h"

namespace espalier {

at::Tensor Pass::linear(const std::string& prefix, const at::Tensor& x) const {
  const std::string name = prefix + ".weight", biasName = prefix + ".bias";
  c10::optional<at::Tensor> bias;
  if (weights.has(biasName)) bias = weights.get(biasName);
  auto y = at::linear(x, weights.get(name), bias);
  if (hook) hook->onLinear(name, x, y);
  return y;
}

at::Tensor Pass::layerNorm(const std::string& prefix, const at::Tensor& x, double epsilon) const {
  return at::layer_norm(x, {x.size(-1)}, weight(prefix + ".weight"), weight(prefix + ".bias"), epsilon);
}

at::Tensor Pass::rmsNorm(const std::string& prefix, const at::Tensor& x, double epsilon) const {
  return x * at::rsqrt(x.square().mean(-1, true) + epsilon) * weight(prefix + ".weight");
}

}  // namespace espalier
