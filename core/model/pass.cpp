#include "core/model/pass.h"

#include "core/base/row_products.h"
#include "core/model/weights_compact.h"
#include "core/tangent/rows.h"
#include "core/tangent/tangents.h"

namespace espalier {

at::Tensor LinearHook::known(const std::string&, const at::Tensor&) {
  return {};
}

at::Tensor Pass::weightOrNone(const std::string& name) const {
  return weights.has(name) ? weights.get(name) : at::Tensor();
}

at::Tensor Pass::linear(const std::string& prefix, const at::Tensor& x) const {
  return linear(prefix, x, weightOrNone(prefix + ".bias"));
}

at::Tensor Pass::linear(const std::string& prefix, const at::Tensor& x, const at::Tensor& bias) const {
  const std::string name = prefix + ".weight";
  at::Tensor y;
  if (hook) y = hook->known(name, x);
  if (!y.defined()) y = linearProduct(weights, name, x, bias);
  if (hook) hook->onLinear(name, x, y);
  return y;
}

at::Tensor Pass::layerNorm(const std::string& prefix, const at::Tensor& x, double epsilon) const {
  const auto weight = weightOrNone(prefix + ".weight"), bias = weightOrNone(prefix + ".bias");
  return byRows(x, [&](const at::Tensor& rows) {
    return at::layer_norm(rows, {rows.size(-1)}, weight, bias, epsilon);
  });
}

at::Tensor Pass::rmsNorm(const std::string& prefix, const at::Tensor& x, double epsilon) const {
  if (hasTangents(x)) return rmsNormWithTangents(x, weight(prefix + ".weight"), epsilon);
  const auto scale = weight(prefix + ".weight");
  return byRows(x, [&](const at::Tensor& rows) {
    return rows * at::rsqrt(rows.square().mean(-1, true) + epsilon) * scale;
  });
}

}  // namespace espalier
