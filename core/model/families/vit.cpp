#include "core/model/block_builder.h"
#include "core/model/families/families.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/picture_start.h"
#include "core/model/layers/sequence_loss.h"
#include "core/model/layers/transformer_layer.h"

namespace espalier {

namespace {

class VitHead : public Block {
 public:
  explicit VitHead(double epsilon)
      : Block({"classifier", Component::Vision, false, {}}), m_epsilon(epsilon) {}
  void run(State& s, const Pass& pass) const override {
    const auto x = pass.layerNorm("vit.layernorm", s.hidden, m_epsilon);
    s.logits = pass.linear(name(), x.select(1, 0));
    if (s.inputs->has("labels")) setClassLoss(s, s.logits, s.inputs->at("labels"));
    pass.record("last_hidden_state", x);
    pass.record("logits", s.logits);
  }

 private:
  double m_epsilon;
};

}  // namespace

std::shared_ptr<const Model> buildVit(const ModelSource& source) {
  const auto& c = source.config;
  auto model = std::make_shared<Model>("vit", ModelTask::Classify, c);
  const std::string root = "vit.";
  PictureStartSpec start;
  start.channels = configSize(c, "num_channels", 3);
  start.width = configSize(c, "hidden_size", 768);
  start.patch = configSquare(c, "patch_size", 16);
  const auto sides = configSides(c, "image_size", 224);
  start.rows = sides.rows / start.patch, start.columns = sides.columns / start.patch;
  start.name = root + "embeddings";
  start.projection = start.name + ".patch_embeddings.projection";
  start.classToken = start.name + ".cls_token";
  start.classTokenShape = {1, 1, start.width};
  start.positions = start.name + ".position_embeddings";
  start.positionsShape = {1, start.length(), start.width};
  start.record = "hidden_states.0";
  addPictureStart(*model, start);

  TransformerLayerSpec layer;
  layer.width = start.width;
  layer.heads = configSize(c, "num_attention_heads", 12);
  layer.inner = configSize(c, "intermediate_size", 3072);
  layer.epsilon = configValue<double>(c, "layer_norm_eps", 1e-12);
  layer.activation = activationOf(configValue<std::string>(c, "hidden_act", "gelu"), "hidden_act");
  checkHeads(layer.width, layer.heads, "ViT");
  layer.norm1 = "layernorm_before", layer.norm2 = "layernorm_after";
  layer.qkv = {"attention.attention.query", "attention.attention.key", "attention.attention.value"};
  layer.qkvHasBias = configValue<bool>(c, "qkv_bias", true);
  layer.out = "attention.output.dense", layer.fc1 = "intermediate.dense", layer.fc2 = "output.dense";
  // The names of the reference's modules since version 5, which still writes the old ones unless told not to.
  const auto stack =
      source.prefixOf("0.layernorm_before.weight", {root + "encoder.layer.", root + "layers."});
  if (stack == root + "layers.") {
    layer.qkv = {"attention.q_proj", "attention.k_proj", "attention.v_proj"};
    layer.out = "attention.o_proj", layer.fc1 = "mlp.fc1", layer.fc2 = "mlp.fc2";
  }
  const int64_t layers = configLayers(c, "num_hidden_layers", 12);
  for (int64_t i = 0; i < layers; ++i)
    addTransformerLayer(*model, stack + std::to_string(i), Component::Vision, layer,
                        "hidden_states." + std::to_string(i + 1));

  const auto names = configSection(c, "id2label");
  const int64_t classes = names.empty() ? configSize(c, "num_labels", 2) : int64_t(names.size());
  if (const auto problem = configValue<std::string>(c, "problem_type", "single_label_classification");
      problem != "single_label_classification")
    throw Error(ErrorKind::Unsupported, "config.json has \"problem_type\": \"" + problem +
                                            "\"; single_label_classification can be computed.");
  declareLayerNorm(*model, root + "layernorm", layer.width);
  declareLinear(*model, "classifier", classes, layer.width, true);
  model->add(std::make_unique<VitHead>(layer.epsilon));
  return model;
}

}  // namespace espalier
