#include "core/model/families/families.h"
#include "core/model/families/picture_head.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/picture_start.h"
#include "core/model/layers/transformer_layer.h"

namespace espalier {

namespace {

// distilled: DeiT, which has a token for what its teacher says.
std::shared_ptr<const Model> vitAs(const ModelSource& source, const std::string& family,
                                   const std::string& named, bool distilled) {
  const auto& c = source.config;
  const auto root = source.prefixOf("embeddings.cls_token", {named, ""});
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
  if (distilled) start.distillationToken = start.name + ".distillation_token";
  start.positions = start.name + ".position_embeddings";
  start.positionsShape = {1, start.length(), start.width};
  start.record = "hidden_states.0";

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
  PictureHeadSpec head;
  head.norm = root + "layernorm", head.epsilon = layer.epsilon, head.width = layer.width;
  if (source.stores("distillation_classifier.weight", false)) head.pool = PictureHeadSpec::Pool::TwoHeads;
  if (!root.empty())
    head.classes = classesOf(c);
  else if (source.stores("pooler.dense.weight", false))
    head.pooler = "pooler.dense", configOnly<std::string>(c, "pooler_act", "tanh");

  auto model = std::make_shared<Model>(family, root.empty() ? ModelTask::Embed : ModelTask::Classify, c);
  addPictureStart(*model, start);
  const int64_t layers = configLayers(c, "num_hidden_layers", 12);
  for (int64_t i = 0; i < layers; ++i)
    addTransformerLayer(*model, stack + std::to_string(i), Component::Vision, layer,
                        "hidden_states." + std::to_string(i + 1));
  addPictureHead(*model, head);
  return model;
}

}  // namespace

std::shared_ptr<const Model> buildVit(const ModelSource& source) {
  return vitAs(source, "vit", "vit.", false);
}

std::shared_ptr<const Model> buildDeit(const ModelSource& source) {
  return vitAs(source, "deit", "deit.", true);
}

}  // namespace espalier
