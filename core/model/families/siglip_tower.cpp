#include "core/model/families/siglip_tower.h"

#include "core/model/block_builder.h"
#include "core/model/families/clip_tower.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/picture_start.h"

namespace espalier {

namespace {

class SiglipNorm : public Block {
 public:
  SiglipNorm(const std::string& name, double epsilon, std::string record)
      : Block({name, Component::Vision, false, {}}), m_epsilon(epsilon), m_record(std::move(record)) {}
  void run(State& s, const Pass& pass) const override {
    if (!s.hidden.defined()) return;  // texts without pictures
    s.hidden = pass.layerNorm(name(), s.hidden, m_epsilon);
    pass.record(m_record, s.hidden);
  }

 private:
  double m_epsilon;
  std::string m_record;
};

}  // namespace

SiglipVisionConfig SiglipVisionConfig::parse(const nlohmann::json& c) {
  return parse(c, 768, 12, 12, 16);
}

SiglipVisionConfig SiglipVisionConfig::parse(const nlohmann::json& c, int64_t width, int64_t layers,
                                             int64_t heads, int64_t patch) {
  SiglipVisionConfig v;
  v.width = configSize(c, "hidden_size", width);
  v.inner = configSize(c, "intermediate_size", 3072);
  v.layers = configLayers(c, "num_hidden_layers", layers);
  v.heads = configSize(c, "num_attention_heads", heads);
  v.image = configSquare(c, "image_size", 224);
  v.patch = configSquare(c, "patch_size", patch);
  v.channels = configSize(c, "num_channels", 3);
  v.epsilon = configValue<double>(c, "layer_norm_eps", 1e-6);
  v.activation = activationOf(configValue<std::string>(c, "hidden_act", "gelu_pytorch_tanh"),
                              "vision_config.hidden_act");
  checkHeads(v.width, v.heads, "vision_config");
  if (v.patch > v.image)
    throw Error(ErrorKind::Format, "config.json (vision_config) has a \"patch_size\" of " +
                                       std::to_string(v.patch) + " above its \"image_size\" of " +
                                       std::to_string(v.image) + ".");
  return v;
}

void addSiglipVision(Model& model, const SiglipVisionConfig& c, const std::string& root, int64_t layers,
                     const std::function<void(int64_t)>& after) {
  PictureStartSpec start;
  start.channels = c.channels, start.width = c.width, start.patch = c.patch;
  start.rows = start.columns = c.side();
  start.name = root + "embeddings";
  start.projection = start.name + ".patch_embedding";
  start.positions = start.name + ".position_embedding.weight";
  start.positionsShape = {c.patches(), c.width};
  start.resize = PositionResize::Bicubic;
  addPictureStart(model, start);
  if (after) after(0);
  addSiglipLayers(model, c, root, layers, after);
}

void addSiglipLayers(Model& model, const SiglipVisionConfig& c, const std::string& root, int64_t layers,
                     const std::function<void(int64_t)>& after) {
  const auto layer = clipLayer(c.width, c.inner, c.heads, c.epsilon, c.activation);
  for (int64_t i = 0; i < layers; ++i) {
    addTransformerLayer(model, root + "encoder.layers." + std::to_string(i), Component::Vision, layer, "");
    if (after) after(i + 1);
  }
}

void addSiglipNorm(Model& model, const SiglipVisionConfig& c, const std::string& root,
                   const std::string& record) {
  declareLayerNorm(model, root + "post_layernorm", c.width);
  model.add(std::make_unique<SiglipNorm>(root + "post_layernorm", c.epsilon, record));
}

}  // namespace espalier
