#include "core/model/families/blip_vision.h"

#include "core/model/block_builder.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/picture_start.h"
#include "core/model/layers/transformer_layer.h"

namespace espalier {

namespace {

const std::string kVisionRoot = "vision_model.";

class BlipVisionEnd : public Block {
 public:
  explicit BlipVisionEnd(double epsilon)
      : Block({kVisionRoot + "post_layernorm", Component::Vision, false, {}}), m_epsilon(epsilon) {}
  void run(State& s, const Pass& pass) const override {
    s.hidden = pass.layerNorm(name(), s.hidden, m_epsilon);
    pass.record("vision.last_hidden_state", s.hidden);
    // The reference normalises the class token once more for its pooled output, which nothing downstream
    // reads.
    if (pass.recorded)
      pass.record("vision.pooler_output", pass.layerNorm(name(), s.hidden.select(1, 0), m_epsilon));
  }

 private:
  double m_epsilon;
};

BlipVisionConfig parse(const nlohmann::json& c, const BlipVisionConfig& defaults) {
  BlipVisionConfig v;
  v.width = configSize(c, "hidden_size", defaults.width);
  v.inner = configSize(c, "intermediate_size", defaults.inner);
  v.layers = configLayers(c, "num_hidden_layers", defaults.layers);
  v.heads = configSize(c, "num_attention_heads", defaults.heads);
  v.image = configSquare(c, "image_size", defaults.image);
  v.patch = configSquare(c, "patch_size", defaults.patch);
  v.channels = configSize(c, "num_channels", defaults.channels);
  v.epsilon = configValue<double>(c, "layer_norm_eps", defaults.epsilon);
  v.qkvBias = configValue<bool>(c, "qkv_bias", defaults.qkvBias);
  v.activation = configValue<std::string>(c, "hidden_act", defaults.activation);
  checkHeads(v.width, v.heads, "vision_config");
  return v;
}

}  // namespace

BlipVisionConfig BlipVisionConfig::parseBlip(const nlohmann::json& c) {
  return parse(c, {768, 3072, 12, 12, 384, 16, 3, 1e-5, true, "gelu"});
}

BlipVisionConfig BlipVisionConfig::parseBlip2(const nlohmann::json& c) {
  return parse(c, {1408, 6144, 39, 16, 224, 14, 3, 1e-6, true, "gelu"});
}

void addBlipVision(Model& model, const BlipVisionConfig& c) {
  PictureStartSpec start;
  start.channels = c.channels, start.width = c.width, start.patch = c.patch;
  start.rows = start.columns = c.image / c.patch;
  start.name = kVisionRoot + "embeddings";
  start.projection = start.name + ".patch_embedding";
  start.classToken = start.name + ".class_embedding";
  start.classTokenShape = {1, 1, c.width};
  start.positions = start.name + ".position_embedding";
  start.positionsShape = {1, start.length(), c.width};
  start.record = "vision.hidden_states.0";
  addPictureStart(model, start);

  TransformerLayerSpec layer;
  layer.width = c.width, layer.heads = c.heads, layer.inner = c.inner, layer.epsilon = c.epsilon;
  layer.activation = activationOf(c.activation, "vision_config.hidden_act");
  layer.norm1 = "layer_norm1", layer.norm2 = "layer_norm2";
  layer.qkv = {"self_attn.qkv"};
  layer.qkvHasBias = c.qkvBias;
  layer.out = "self_attn.projection", layer.fc1 = "mlp.fc1", layer.fc2 = "mlp.fc2";
  for (int64_t i = 0; i < c.layers; ++i)
    addTransformerLayer(model, kVisionRoot + "encoder.layers." + std::to_string(i), Component::Vision, layer,
                        "vision.hidden_states." + std::to_string(i + 1));
  declareLayerNorm(model, kVisionRoot + "post_layernorm", c.width);
  model.add(std::make_unique<BlipVisionEnd>(c.epsilon));
}

}  // namespace espalier
