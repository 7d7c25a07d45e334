#include "core/model/families/siglip_pooling.h"

#include "core/model/block_builder.h"
#include "core/model/layers/attention.h"

namespace espalier {

void declareSiglipPooling(Model& model, const SiglipVisionConfig& c, const std::string& root) {
  const std::string head = root + "head.";
  model.declare(head + "probe", {1, 1, c.width});
  model.declare(head + "attention.in_proj_weight", {3 * c.width, c.width});
  model.declare(head + "attention.in_proj_bias", {3 * c.width});
  declareLinear(model, head + "attention.out_proj", c.width, c.width, true);
  declareLayerNorm(model, head + "layernorm", c.width);
  declareLinear(model, head + "mlp.fc1", c.inner, c.width, true);
  declareLinear(model, head + "mlp.fc2", c.width, c.inner, true);
}

at::Tensor siglipPooled(const Pass& pass, const SiglipVisionConfig& c, const std::string& root,
                        const at::Tensor& hidden, const at::Tensor& bias) {
  const std::string head = root + "head.";
  const auto weights = pass.weight(head + "attention.in_proj_weight").chunk(3),
             biases = pass.weight(head + "attention.in_proj_bias").chunk(3);
  const auto probe = pass.weight(head + "probe").expand({hidden.size(0), 1, c.width});
  const auto q = at::linear(probe, weights[0], biases[0]);
  const auto seen =
      attend(q, at::linear(hidden, weights[1], biases[1]), at::linear(hidden, weights[2], biases[2]), c.heads,
             attentionScale(q, c.heads), bias);
  const auto x = pass.linear(head + "attention.out_proj", seen);
  const auto inner =
      activate(c.activation, pass.linear(head + "mlp.fc1", pass.layerNorm(head + "layernorm", x, c.epsilon)));
  return (x + pass.linear(head + "mlp.fc2", inner)).select(1, 0);
}

}  // namespace espalier
