#include "core/model/families/llava_tower.h"

#include <algorithm>
#include <vector>

#include "core/model/block_builder.h"
#include "core/model/families/clip_tower.h"
#include "core/model/families/language_part.h"
#include "core/model/families/siglip_tower.h"
#include "core/model/families/tower_rest.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// In State::kept, with the layer's number: what the projector reads besides the last layer looked at.
const std::string kFeatures = "vision features ";

// Puts by what a vision layer gave for the projector to read.
class FeatureKeeper : public Block {
 public:
  explicit FeatureKeeper(int64_t layer)
      : Block({kFeatures + std::to_string(layer), Component::Vision, false, {}}) {}
  void run(State& s, const Pass&) const override { s.kept[name()] = s.hidden; }
};

// layers: numbers of the vision layers whose outputs are read side by side.
class LlavaProjector : public Block {
 public:
  LlavaProjector(std::string name, Activation activation, bool skipsClassToken, std::vector<int64_t> layers)
      : Block({std::move(name), Component::Projector, false, {}}),
        m_activation(activation),
        m_skipsClassToken(skipsClassToken),
        m_layers(std::move(layers)) {}
  void run(State& s, const Pass& pass) const override {
    const int64_t last = *std::max_element(m_layers.begin(), m_layers.end());
    std::vector<at::Tensor> features;
    for (const auto layer : m_layers) {
      auto x = layer == last ? s.hidden : s.kept.at(kFeatures + std::to_string(layer));
      auto whole = s.hidden;  // the deepest layer has every fork
      matchForks(x, whole);
      features.push_back(m_skipsClassToken ? x.slice(1, 1) : x);
    }
    s.kept.clear();
    s.hidden = pass.linear(name() + ".linear_2",
                           activate(m_activation, pass.linear(name() + ".linear_1", at::cat(features, 2))));
    pass.record("image_features", s.hidden);
    pass.record("pooler_output", s.hidden);
    pass.record("image_hidden_states", s.hidden.flatten(0, 1));
  }

 private:
  Activation m_activation;
  bool m_skipsClassToken;
  std::vector<int64_t> m_layers;
};

// vision_feature_layer: a layer or a list of them, counted from the end where negative, with the embeddings
// as number 0.
std::vector<int64_t> featureLayers(const nlohmann::json& config, int64_t visionLayers, int64_t absent) {
  auto layers = configTokens(config, "vision_feature_layer", {absent});
  if (layers.empty())
    throw Error(ErrorKind::Format,
                "config.json has \"vision_feature_layer\": []; at least one layer was expected.");
  for (auto& layer : layers) {
    const auto given = layer;
    if (layer < 0) layer += visionLayers + 1;
    if (layer < 0 || layer > visionLayers)
      throw Error(ErrorKind::Format, "config.json has \"vision_feature_layer\": " + std::to_string(given) +
                                         "; the vision tower has " + std::to_string(visionLayers) +
                                         " layers.");
  }
  return layers;
}

}  // namespace

LlavaTower addLlavaTower(Model& model, const ModelSource& source, int64_t textWidth, int64_t featureLayer,
                         const char* strategy, const char* kind) {
  const auto& config = source.config;
  auto section = configSection(config, "vision_config");
  if (section.empty())
    section = {{"hidden_size", 1024},       {"intermediate_size", 4096}, {"num_hidden_layers", 24},
               {"num_attention_heads", 16}, {"image_size", 336},         {"patch_size", 14}};
  const auto type = configValue<std::string>(section, "model_type", kind);
  const bool siglip = type == "siglip_vision_model";
  if (!siglip && type != "clip_vision_model")
    throw Error(ErrorKind::Unsupported, "config.json has \"vision_config.model_type\": \"" + type +
                                            "\"; clip_vision_model and siglip_vision_model can be computed.");
  const auto select = configValue<std::string>(config, "vision_feature_select_strategy", strategy);
  if (select != "default" && select != "full")
    throw Error(ErrorKind::Unsupported, "config.json has \"vision_feature_select_strategy\": \"" + select +
                                            "\"; default and full can be computed.");
  const int64_t layers = configLayers(section, "num_hidden_layers", 12);
  const auto features = featureLayers(config, layers, featureLayer);
  const int64_t last = *std::max_element(features.begin(), features.end());
  const auto keep = [&](int64_t layer) {
    if (layer != last && std::count(features.begin(), features.end(), layer))
      model.add(std::make_unique<FeatureKeeper>(layer));
  };
  auto whole = std::make_shared<Model>("tower", ModelTask::Embed, nlohmann::json());
  LlavaTower tower;
  int64_t width = 0;
  // Only as many layers as are looked at.
  if (siglip) {
    const auto vision = SiglipVisionConfig::parse(section);
    const auto root = visionRoot(source, "embeddings.patch_embedding.weight");
    tower = {vision.image, vision.side(), false};
    width = vision.width;
    addSiglipVision(model, vision, root, last, keep);
    addSiglipVision(*whole, vision, root, layers);
    declareLayerNorm(*whole, root + "post_layernorm", width);
    addTowerRest(model, root, whole, size_t(last) + 1, {root + "post_layernorm", vision.epsilon});
  } else {
    const auto vision = ClipVisionConfig::parse(section);
    const auto root = visionRoot(source, "embeddings.class_embedding");
    tower = {vision.image, vision.image / vision.patch, select == "full"};
    width = vision.width;
    addClipVision(model, vision, root, last, false, keep);
    addClipVision(*whole, vision, root, layers, false);
    addTowerRest(model, root, whole, size_t(last) + 1, {});
  }
  const auto projector =
      source.prefixOf(".linear_1.weight", {"multi_modal_projector", "model.multi_modal_projector"});
  const bool biases = configValue<bool>(config, "multimodal_projector_bias", true);
  declareLinear(model, projector + ".linear_1", textWidth, width * int64_t(features.size()), biases);
  declareLinear(model, projector + ".linear_2", textWidth, textWidth, biases);
  model.add(std::make_unique<LlavaProjector>(
      projector,
      activationOf(configValue<std::string>(config, "projector_hidden_act", "gelu"), "projector_hidden_act"),
      select == "default", features));
  return tower;
}

}  // namespace espalier
