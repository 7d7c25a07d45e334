#include <cmath>

#include "core/model/block_builder.h"
#include "core/model/families/families.h"
#include "core/model/families/language_part.h"
#include "core/model/families/picture_text.h"
#include "core/model/families/tower_rest.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/picture_start.h"
#include "core/model/layers/transformer_layer.h"

namespace espalier {

namespace {

struct InternVlVision {
  int64_t width, layers;
  ConfigSides sides;      // of patches
  bool readsLast = true;  // the projector reads what the tower ends with
  TowerNorm norm = {};    // of what the projector reads; no name: none
};

// Without the class token, squares of patches side by side in one feature (pixel shuffle), a norm, two linear
// layers.
class InternVlProjector : public Block {
 public:
  // merge: patches of a feature, each way.
  InternVlProjector(std::string name, const InternVlVision& vision, int64_t merge, Activation activation)
      : Block({std::move(name), Component::Projector, false, {}}),
        m_vision(vision),
        m_merge(merge),
        m_activation(activation) {}
  void run(State& s, const Pass& pass) const override {
    const auto& norm = m_vision.norm;
    const auto tower = norm.name.empty() ? s.hidden : pass.layerNorm(norm.name, s.hidden, norm.epsilon);
    if (m_vision.readsLast) pass.record("last_hidden_state", tower);
    const int64_t tiles = s.inputs->at("pixel_values").size(0);
    const auto x = pass.layerNorm(name() + ".layer_norm", shuffled(tower.slice(1, 1)), 1e-5);
    const auto features =
        pass.linear(name() + ".linear_2", activate(m_activation, pass.linear(name() + ".linear_1", x)));
    recordFeatures(pass, features);
    s.hidden = featuresInOrder(features, tiles);
  }

 private:
  // The reference's order of numbers: a square's rows vary slowest.
  at::Tensor shuffled(const at::Tensor& patches) const {
    const int64_t n = patches.size(0), width = patches.size(2), rows = m_vision.sides.rows / m_merge,
                  columns = m_vision.sides.columns / m_merge;
    return patches.reshape({n, rows, m_merge, columns, m_merge, width})
        .permute({0, 1, 3, 2, 4, 5})
        .reshape({n, rows * columns, m_merge * m_merge * width});
  }

  InternVlVision m_vision;
  int64_t m_merge;
  Activation m_activation;
};

InternVlVision addVision(Model& model, const nlohmann::json& c, const std::string& root, int64_t feature) {
  InternVlVision v{configSize(c, "hidden_size", 1024), configLayers(c, "num_hidden_layers", 24), {}};
  const auto image = configSides(c, "image_size", 448);
  const int64_t patch = configSquare(c, "patch_size", 14);
  v.sides = {image.rows / patch, image.columns / patch};
  // A token for masked patches (use_mask_token) is of use in training alone.
  const bool rms = configValue<std::string>(c, "norm_type", "layer_norm") == "rms_norm";
  if (!rms) configOnly<std::string>(c, "norm_type", "layer_norm");

  PictureStartSpec start;
  start.channels = configSize(c, "num_channels", 3);
  start.width = v.width, start.patch = patch;
  start.rows = v.sides.rows, start.columns = v.sides.columns;
  start.name = root + "embeddings";
  start.projection = start.name + ".patch_embeddings.projection";
  start.classToken = start.name + ".cls_token";
  start.classTokenShape = {1, 1, v.width};
  if (configValue<bool>(c, "use_absolute_position_embeddings", true)) {
    start.positions = start.name + ".position_embeddings";
    start.positionsShape = {1, start.length(), v.width};
  }
  addPictureStart(model, start);

  TransformerLayerSpec layer;
  layer.width = v.width, layer.heads = configSize(c, "num_attention_heads", 16);
  layer.inner = configSize(c, "intermediate_size", 4096);
  layer.epsilon = configValue<double>(c, "layer_norm_eps", 1e-6);
  layer.activation =
      activationOf(configValue<std::string>(c, "hidden_act", "gelu"), "vision_config.hidden_act");
  layer.norm1 = "layernorm_before", layer.norm2 = "layernorm_after", layer.rmsNorms = rms;
  layer.qkv = {"attention.q_proj", "attention.k_proj", "attention.v_proj"};
  layer.qkvHasBias = configValue<bool>(c, "attention_bias", false);
  layer.out = "attention.projection_layer", layer.fc1 = "mlp.fc1", layer.fc2 = "mlp.fc2";
  layer.scale1 = "lambda_1", layer.scale2 = "lambda_2";
  if (configValue<bool>(c, "use_qk_norm", false))
    layer.queryNorm = "attention.q_norm", layer.keyNorm = "attention.k_norm";
  checkHeads(v.width, layer.heads, "vision_config");
  const int64_t last = feature < 0 ? feature + v.layers + 1 : feature;
  if (last < 0 || last > v.layers)
    throw Error(ErrorKind::Format, "config.json has \"vision_feature_layer\": " + std::to_string(feature) +
                                       "; the vision tower has " + std::to_string(v.layers) + " layers.");
  const auto addLayers = [&](Model& to, int64_t first, int64_t end) {
    for (int64_t i = first; i < end; ++i)
      addTransformerLayer(to, root + "encoder.layer." + std::to_string(i), Component::Vision, layer, "");
  };
  addLayers(model, 0, last);
  TowerNorm norm;
  if (!configValue<bool>(c, "use_mean_pooling", true)) norm = {root + "layernorm", layer.epsilon};
  v.readsLast = feature == -1;
  if (v.readsLast) {
    if (!norm.name.empty()) declareLayerNorm(model, norm.name, v.width);
    v.norm = norm;
  } else {
    auto rest = std::make_shared<Model>("tower", ModelTask::Embed, nlohmann::json());
    addLayers(*rest, last, v.layers);
    if (!norm.name.empty()) declareLayerNorm(*rest, norm.name, v.width);
    addTowerRest(model, root, std::move(rest), 0, norm);
  }
  return v;
}

}  // namespace

std::shared_ptr<const Model> buildInternVl(const ModelSource& source) {
  const auto& config = source.config;
  auto part = LanguagePart::parse(source, "qwen2", true);
  const double ratio = configValue<double>(config, "downsample_ratio", 0.5);
  const auto merge = ratio > 0 ? int64_t(std::lround(1 / ratio)) : 0;
  if (merge < 1 || std::abs(ratio * double(merge) - 1) > 1e-6)
    throw Error(ErrorKind::Unsupported, "config.json has \"downsample_ratio\": " + std::to_string(ratio) +
                                            "; 1 by a whole number was expected.");
  const auto strategy = configValue<std::string>(config, "vision_feature_select_strategy", "default");
  if (strategy != "default")
    throw Error(ErrorKind::Unsupported,
                "config.json has \"vision_feature_select_strategy\": \"" + strategy +
                    "\"; of this family default can be computed, as with the class token the patches are no "
                    "rectangle that could be shuffled.");
  auto model = std::make_shared<Model>("internvl", ModelTask::Answer, config);
  const auto vision =
      addVision(*model, configSection(config, "vision_config"), visionRoot(source, "embeddings.cls_token"),
                configValue<int64_t>(config, "vision_feature_layer", -1));
  if (vision.sides.rows % merge != 0 || vision.sides.columns % merge != 0)
    throw Error(ErrorKind::Unsupported, "config.json has " + std::to_string(vision.sides.rows) + " x " +
                                            std::to_string(vision.sides.columns) +
                                            " patches, which cannot be shuffled in squares of " +
                                            std::to_string(merge) + " x " + std::to_string(merge) + ".");
  const auto projector =
      source.prefixOf(".linear_1.weight", {"multi_modal_projector", "model.multi_modal_projector"});
  const int64_t wide = vision.width * merge * merge;
  declareLayerNorm(*model, projector + ".layer_norm", wide);
  declareLinear(*model, projector + ".linear_1", part.decoder.width, wide, true);
  declareLinear(*model, projector + ".linear_2", part.decoder.width, part.decoder.width, true);
  model->add(std::make_unique<InternVlProjector>(
      projector, vision, merge,
      activationOf(configValue<std::string>(config, "projector_hidden_act", "gelu"),
                   "projector_hidden_act")));
  addPictureText(*model, part.decoder, {configPictureToken(config, 151667)}, part.root, part.headRoot);
  return model;
}

}  // namespace espalier
