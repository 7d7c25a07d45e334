#include "core/model/families/clip_tower.h"

#include "core/model/layers/config_value.h"
#include "core/model/layers/picture_start.h"

namespace espalier {

ClipVisionConfig ClipVisionConfig::parse(const nlohmann::json& c) {
  ClipVisionConfig v;
  v.width = configSize(c, "hidden_size", 768);
  v.inner = configSize(c, "intermediate_size", 3072);
  v.layers = configLayers(c, "num_hidden_layers", 12);
  v.heads = configSize(c, "num_attention_heads", 12);
  v.image = configSquare(c, "image_size", 224);
  v.patch = configSquare(c, "patch_size", 32);
  v.channels = configSize(c, "num_channels", 3);
  v.epsilon = configValue<double>(c, "layer_norm_eps", 1e-5);
  v.activation =
      activationOf(configValue<std::string>(c, "hidden_act", "quick_gelu"), "vision_config.hidden_act");
  checkHeads(v.width, v.heads, "vision_config");
  return v;
}

TransformerLayerSpec clipLayer(int64_t width, int64_t inner, int64_t heads, double epsilon,
                               Activation activation) {
  TransformerLayerSpec layer;
  layer.width = width, layer.inner = inner, layer.heads = heads, layer.epsilon = epsilon;
  layer.activation = activation;
  layer.norm1 = "layer_norm1", layer.norm2 = "layer_norm2";
  layer.qkv = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"};
  layer.out = "self_attn.out_proj", layer.fc1 = "mlp.fc1", layer.fc2 = "mlp.fc2";
  return layer;
}

void addClipVision(Model& model, const ClipVisionConfig& c, const std::string& root, int64_t layers,
                   bool recorded, const std::function<void(int64_t)>& after) {
  const auto record = [&](int64_t i) {
    return recorded ? "vision.hidden_states." + std::to_string(i) : std::string();
  };
  PictureStartSpec start;
  start.channels = c.channels, start.width = c.width, start.patch = c.patch;
  start.rows = start.columns = c.image / c.patch;
  start.name = root + "embeddings";
  start.projection = start.name + ".patch_embedding";
  start.projectionHasBias = false;
  start.classToken = start.name + ".class_embedding";
  start.classTokenShape = {c.width};
  start.positions = start.name + ".position_embedding.weight";
  start.positionsShape = {start.length(), c.width};
  start.norm = root + "pre_layrnorm";  // spelt like this in the checkpoints
  start.epsilon = c.epsilon;
  start.record = record(0);
  addPictureStart(model, start);
  if (after) after(0);
  const auto layer = clipLayer(c.width, c.inner, c.heads, c.epsilon, c.activation);
  for (int64_t i = 0; i < layers; ++i) {
    addTransformerLayer(model, root + "encoder.layers." + std::to_string(i), Component::Vision, layer,
                        record(i + 1));
    if (after) after(i + 1);
  }
}

}  // namespace espalier
