#include <numbers>

#include "core/model/block_builder.h"
#include "core/model/families/families.h"
#include "core/model/families/picture_head.h"
#include "core/model/layers/config_multiple.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/picture_start.h"
#include "core/model/layers/transformer_layer.h"

namespace espalier {

namespace {

// Patches and tokens as the layers have them: DINOv2's root is "dinov2.", of the bare model "".
PictureStartSpec dinoStart(const nlohmann::json& c, const std::string& root, int64_t registers) {
  PictureStartSpec start;
  start.channels = configSize(c, "num_channels", 3);
  start.width = configSize(c, "hidden_size", 768);
  start.name = root + "embeddings";
  start.classToken = start.name + ".cls_token";
  start.classTokenShape = {1, 1, start.width};
  start.registerCount = registers;
  if (registers > 0) start.registers = start.name + ".register_tokens";
  start.record = "hidden_states.0";
  return start;
}

int64_t registersOf(const nlohmann::json& c) {
  const auto count = configValue<int64_t>(c, "num_register_tokens", 4);
  constexpr int64_t kMost = 1024;
  if (count < 0 || count > kMost)
    throw Error(ErrorKind::Format, "config.json has \"num_register_tokens\": " + std::to_string(count) +
                                       "; 0 to " + std::to_string(kMost) + " was expected.");
  return count;
}

TransformerLayerSpec dinoLayer(const nlohmann::json& c, int64_t width, const char* family) {
  TransformerLayerSpec layer;
  layer.width = width;
  layer.heads = configSize(c, "num_attention_heads", 12);
  layer.activation = activationOf(configValue<std::string>(c, "hidden_act", "gelu"), "hidden_act");
  checkHeads(layer.width, layer.heads, family);
  layer.norm1 = "norm1", layer.norm2 = "norm2";
  layer.scale1 = "layer_scale1.lambda1", layer.scale2 = "layer_scale2.lambda1";
  return layer;
}

// Makes the rotation of DINOv3 (Simeoni et al. 2025): heads turn by where in the picture a patch's centre
// lies, half of their frequencies by its height and half by its width, both from -1 to 1. Tokens before the
// patches do not turn.
class Dinov3Rotation : public Block {
 public:
  Dinov3Rotation(const std::string& root, double theta, int64_t headWidth, int64_t patch, int64_t tokens)
      : Block({root + "rope_embeddings", Component::Vision, false, {}}),
        m_theta(theta),
        m_headWidth(headWidth),
        m_patch(patch),
        m_tokens(tokens) {}

  void run(State& s, const Pass&) const override {
    const auto& pixels = s.inputs->at("pixel_values");
    const auto asFloat = at::TensorOptions(at::kFloat).device(pixels.device());
    const auto centres = [&](int64_t count) {
      return at::arange(0.5, double(count), 1.0, asFloat) / double(count);
    };
    const int64_t rows = pixels.size(2) / m_patch, columns = pixels.size(3) / m_patch;
    const auto row = centres(rows).unsqueeze(1).expand({rows, columns}),
               column = centres(columns).unsqueeze(0).expand({rows, columns});
    const auto places = 2 * at::stack({row, column}, 2).view({rows * columns, 2, 1}) - 1;
    const auto frequencies = 1 / at::pow(m_theta, at::arange(0.0, 1.0, 4.0 / double(m_headWidth), asFloat));
    const auto quarter = (2 * std::numbers::pi * places * frequencies).flatten(1);
    const auto turned = at::cat({quarter, quarter}, 1);
    const auto angles = at::cat({at::zeros({m_tokens, m_headWidth}, asFloat), turned});
    s.rotary = at::stack({at::cos(angles), at::sin(angles)}).unsqueeze(1);
  }

 private:
  double m_theta;
  int64_t m_headWidth, m_patch, m_tokens;
};

std::shared_ptr<const Model> dinov2As(const ModelSource& source, const std::string& family,
                                      const std::string& named, bool hasRegisters) {
  const auto& c = source.config;
  const auto root = source.prefixOf("embeddings.cls_token", {named, ""});
  auto start = dinoStart(c, root, hasRegisters ? registersOf(c) : 0);
  start.patch = configSquare(c, "patch_size", hasRegisters ? 16 : 14);
  const auto side = configSquare(c, "image_size", 224) / start.patch;
  start.rows = start.columns = side;
  start.projection = start.name + ".patch_embeddings.projection";
  start.positions = start.name + ".position_embeddings";
  start.positionsShape = {1, start.length(), start.width};
  start.resize = hasRegisters ? PositionResize::BicubicAntialiased : PositionResize::Bicubic;

  auto layer = dinoLayer(c, start.width, "DINOv2");
  layer.epsilon = configValue<double>(c, "layer_norm_eps", 1e-6);
  layer.inner = int64_t(configMultiple(c, "mlp_ratio", 4, layer.width));
  layer.qkv = {"attention.attention.query", "attention.attention.key", "attention.attention.value"};
  layer.qkvHasBias = configValue<bool>(c, "qkv_bias", true);
  layer.out = "attention.output.dense", layer.fc1 = "mlp.fc1", layer.fc2 = "mlp.fc2";
  if (configValue<bool>(c, "use_swiglu_ffn", false)) {
    layer.inner = (layer.inner * 2 / 3 + 7) / 8 * 8;
    layer.fc1 = "mlp.weights_in", layer.fc2 = "mlp.weights_out";
    layer.activation = Activation::Silu, layer.gatesInOne = true;
  }

  PictureHeadSpec head;
  head.norm = root + "layernorm", head.epsilon = layer.epsilon, head.width = layer.width;
  head.tokens = 1 + start.registerCount;
  head.pool = PictureHeadSpec::Pool::FirstAndMean;
  if (source.stores("classifier.weight", !root.empty())) head.classes = classesOf(c);
  auto model = std::make_shared<Model>(family, head.classes > 0 ? ModelTask::Classify : ModelTask::Embed, c);
  addPictureStart(*model, start);
  const int64_t layers = configLayers(c, "num_hidden_layers", 12);
  for (int64_t i = 0; i < layers; ++i)
    addTransformerLayer(*model, root + "encoder.layer." + std::to_string(i), Component::Vision, layer,
                        "hidden_states." + std::to_string(i + 1));
  addPictureHead(*model, head);
  return model;
}

}  // namespace

std::shared_ptr<const Model> buildDinov2(const ModelSource& source) {
  return dinov2As(source, "dinov2", "dinov2.", false);
}

std::shared_ptr<const Model> buildDinov2WithRegisters(const ModelSource& source) {
  return dinov2As(source, "dinov2-registers", "dinov2_with_registers.", true);
}

std::shared_ptr<const Model> buildDinov3Vit(const ModelSource& source) {
  const auto& c = source.config;
  noteConfigKey("image_size");  // pictures of any size go in; it is that of the training
  const auto root = source.prefixOf("embeddings.cls_token", {"", "dinov3_vit.", "model."});
  auto start = dinoStart(c, root, configValue<int64_t>(c, "num_register_tokens", 0) ? registersOf(c) : 0);
  start.width = configSize(c, "hidden_size", 384);
  start.classTokenShape = {1, 1, start.width};
  start.patch = configSquare(c, "patch_size", 16);
  start.projection = start.name + ".patch_embeddings";
  auto layer = dinoLayer(c, start.width, "DINOv3");
  layer.heads = configSize(c, "num_attention_heads", 6);
  checkHeads(layer.width, layer.heads, "DINOv3");
  layer.inner = configSize(c, "intermediate_size", 1536);
  layer.epsilon = configValue<double>(c, "layer_norm_eps", 1e-5);
  layer.qkv = {"attention.q_proj", "attention.k_proj", "attention.v_proj"};
  layer.queryHasBias = configValue<bool>(c, "query_bias", true);
  layer.keyHasBias = configValue<bool>(c, "key_bias", false);
  layer.valueHasBias = configValue<bool>(c, "value_bias", true);
  layer.out = "attention.o_proj";
  layer.outHasBias = configValue<bool>(c, "proj_bias", true);
  layer.mlpHasBias = configValue<bool>(c, "mlp_bias", true);
  layer.fc1 = "mlp.up_proj", layer.fc2 = "mlp.down_proj";
  if (configValue<bool>(c, "use_gated_mlp", false)) layer.fc1 = "mlp.gate_proj", layer.gated = "mlp.up_proj";
  layer.rotates = true;
  const int64_t headWidth = layer.width / layer.heads;
  if (headWidth % 4 != 0)
    throw Error(ErrorKind::Unsupported, "config.json asks for attention heads of width " +
                                            std::to_string(headWidth) +
                                            "; rotary positions of two axes need a multiple of 4.");
  const double theta = configValue<double>(
      c, "rope_theta", configValue<double>(configSection(c, "rope_parameters"), "rope_theta", 100));
  auto model = std::make_shared<Model>("dinov3-vit", ModelTask::Embed, c);
  addPictureStart(*model, start);
  model->add(std::make_unique<Dinov3Rotation>(root, theta, headWidth, start.patch, 1 + start.registerCount));
  const auto stack = source.prefixOf("0.norm1.weight", {root + "layer.", root + "model.layer."});
  const int64_t layers = configLayers(c, "num_hidden_layers", 12);
  for (int64_t i = 0; i < layers; ++i)
    addTransformerLayer(*model, stack + std::to_string(i), Component::Vision, layer,
                        "hidden_states." + std::to_string(i + 1));
  PictureHeadSpec head;
  head.norm = root + "norm", head.epsilon = layer.epsilon, head.width = layer.width;
  addPictureHead(*model, head);
  return model;
}

}  // namespace espalier
