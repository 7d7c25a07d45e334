#include "core/model/families/timm_tower.h"

#include "core/base/error.h"
#include "core/model/block_builder.h"
#include "core/model/layers/picture_start.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

class TimmHead : public Block {
 public:
  explicit TimmHead(const TimmConfig& config)
      : Block({"head", Component::Vision, false, {}}), m_config(config) {}
  void run(State& s, const Pass& pass) const override {
    if (m_config.classes == 0) {
      pass.record("forward_features", s.hidden);
      return;
    }
    const int64_t prefix = m_config.classToken ? 1 : 0;
    const auto pooled = m_config.averages
                            ? pass.layerNorm("fc_norm", s.hidden.slice(1, prefix).mean({1}), m_config.epsilon)
                            : pass.layerNorm("norm", s.hidden.select(1, 0), m_config.epsilon);
    s.logits = pass.linear(name(), pooled);
    if (s.inputs->has("labels")) setClassLoss(s, s.logits, s.inputs->at("labels"));
    pass.record("forward_features", pooled);
    pass.record("logits", s.logits);
  }

 private:
  TimmConfig m_config;
};

}  // namespace

at::Tensor relativePatchIndex(int64_t rows, int64_t columns) {
  const auto row = at::arange(rows, at::kLong).repeat_interleave(columns);
  const auto column = at::arange(columns, at::kLong).repeat({rows});
  const auto offsets = [](const at::Tensor& x, int64_t size) {
    return x.unsqueeze(1) - x.unsqueeze(0) + size - 1;
  };
  const int64_t patches = rows * columns, table = (2 * rows - 1) * (2 * columns - 1) + 3;
  auto index = at::empty({1 + patches, 1 + patches}, at::kLong);
  index.slice(0, 1).slice(1, 1).copy_(offsets(row, rows) * (2 * columns - 1) + offsets(column, columns));
  index.select(0, 0).fill_(table - 3);  // from the class token, to it, and of it with itself
  index.select(1, 0).fill_(table - 2);
  index[0][0] = table - 1;
  return index;
}

void addTimmTower(Model& model, const TimmConfig& c) {
  PictureStartSpec start;
  start.channels = c.channels, start.width = c.width, start.patch = c.patch;
  start.rows = c.rows, start.columns = c.columns;
  start.name = "patch_embed";
  start.projection = start.name + ".proj";
  start.projectionHasBias = c.projectionHasBias;
  if (c.classToken) start.classToken = "cls_token";
  start.classTokenShape = {1, 1, c.width};
  if (c.positions) start.positions = "pos_embed";
  start.positionsShape = {1, start.length(), c.width};
  if (c.normBefore) start.norm = "norm_pre";
  start.epsilon = c.epsilon;
  addPictureStart(model, start);

  TransformerLayerSpec layer;
  layer.width = c.width, layer.inner = c.inner, layer.heads = c.heads, layer.epsilon = c.epsilon;
  layer.activation = c.activation;
  layer.norm1 = "norm1", layer.norm2 = "norm2";
  layer.qkv = {"attn.qkv"};
  layer.qkvHasBias = c.qkvHasBias;
  if (c.queryValueBias) layer.queryBias = "attn.q_bias", layer.valueBias = "attn.v_bias";
  layer.out = "attn.proj", layer.fc1 = "mlp.fc1", layer.fc2 = "mlp.fc2";
  layer.scale1 = c.scale1, layer.scale2 = c.scale2;
  // An entry for every pair of patches: more would be hundreds of megabytes, and no such model is known.
  constexpr int64_t kMostRelatedPatches = 4096;
  if (c.relative != TimmConfig::Relative::None && c.rows * c.columns > kMostRelatedPatches)
    throw Error(ErrorKind::Unsupported, "config.json asks for relative positions among " +
                                            std::to_string(c.rows * c.columns) + " patches; at most " +
                                            std::to_string(kMostRelatedPatches) + " can be computed.");
  if (c.relative != TimmConfig::Relative::None) layer.relativeIndex = relativePatchIndex(c.rows, c.columns);
  const int64_t offsets = (2 * c.rows - 1) * (2 * c.columns - 1) + 3;
  if (c.relative == TimmConfig::Relative::Shared) {
    layer.relativeTable = "rel_pos_bias.relative_position_bias_table";
    model.declare(layer.relativeTable, {offsets, c.heads});
  }
  for (int64_t i = 0; i < c.layers; ++i) {
    const auto name = "blocks." + std::to_string(i);
    if (c.relative == TimmConfig::Relative::PerBlock) {
      layer.relativeTable = name + ".attn.relative_position_bias_table";
      model.declare(layer.relativeTable, {offsets, c.heads});
    }
    addTransformerLayer(model, name, Component::Vision, layer, "intermediate." + std::to_string(i));
  }
  if (c.classes > 0) {
    declareLayerNorm(model, c.averages ? "fc_norm" : "norm", c.width);
    declareLinear(model, "head", c.classes, c.width, true);
  }
  model.add(std::make_unique<TimmHead>(c));
}

}  // namespace espalier
