#include "core/model/block_builder.h"
#include "core/model/families/clip_tower.h"
#include "core/model/families/families.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/contrastive_loss.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"

namespace espalier {

namespace {

const std::string kVision = "vision_model.", kText = "text_model.";

struct ClipTextConfig {
  int64_t width, inner, layers, heads, vocabulary, positions, endToken;
  double epsilon;
  Activation activation;
};

ClipTextConfig parseText(const nlohmann::json& c) {
  ClipTextConfig t;
  t.width = configSize(c, "hidden_size", 512);
  t.inner = configSize(c, "intermediate_size", 2048);
  t.layers = configLayers(c, "num_hidden_layers", 12);
  t.heads = configSize(c, "num_attention_heads", 8);
  t.vocabulary = configSize(c, "vocab_size", 49408);
  t.positions = configSize(c, "max_position_embeddings", 77);
  t.endToken = configValue<int64_t>(c, "eos_token_id", 49407);
  t.epsilon = configValue<double>(c, "layer_norm_eps", 1e-5);
  t.activation =
      activationOf(configValue<std::string>(c, "hidden_act", "quick_gelu"), "text_config.hidden_act");
  checkHeads(t.width, t.heads, "text_config");
  return t;
}

// A tower's configuration; some checkpoints say it a second time, and then that counts.
nlohmann::json towerConfig(const nlohmann::json& config, const std::string& key) {
  auto section = configSection(config, key.c_str());
  section.update(configSection(config, (key + "_dict").c_str()));
  return section;
}

class ClipVisionEnd : public Block {
 public:
  explicit ClipVisionEnd(double epsilon)
      : Block({kVision + "post_layernorm", Component::Vision, false, {}}), m_epsilon(epsilon) {}
  void run(State& s, const Pass& pass) const override {
    pass.record("vision.last_hidden_state", s.hidden);
    const auto pooled = pass.layerNorm(name(), s.hidden.select(1, 0), m_epsilon);
    const auto features = at::linear(pooled, pass.weight("visual_projection.weight"));
    s.kept[kPictureVectors] = ofLengthOne(features);
    s.hidden = at::Tensor();
    pass.record("vision.pooler_output", pooled);
    pass.record("image_features_unnormalised", features);
    pass.record("image_embeds", s.kept[kPictureVectors]);
  }

 private:
  double m_epsilon;
};

class ClipTextEmbedding : public Block {
 public:
  ClipTextEmbedding() : Block({kText + "embeddings", Component::Text, false, {}}) {}
  void run(State& s, const Pass& pass) const override {
    const auto& ids = s.inputs->at("input_ids");
    s.hidden = embedTokens(pass, name() + ".token_embedding.weight", ids) +
               embedPositions(pass, name() + ".position_embedding.weight",
                              positionsByPlace(ids.size(1), 0, ids.device()));
    s.attentionBias = decoderBias(s.inputs->find("attention_mask"), ids.size(1), 0, ids.device());
    pass.record("text.hidden_states.0", s.hidden);
  }
};

// Pools each text at its end token and compares it with the pictures.
class ClipHead : public Block {
 public:
  explicit ClipHead(const ClipTextConfig& config)
      : Block({kText + "final_layer_norm", Component::Text, false, {}}), m_config(config) {}
  void run(State& s, const Pass& pass) const override {
    const auto x = pass.layerNorm(name(), s.hidden, m_config.epsilon);
    const auto& ids = s.inputs->at("input_ids");
    const int64_t rows = ids.size(0), forks = x.size(0) / rows;
    // The first checkpoints' configuration has a wrong end token, 2; theirs is the highest id.
    const auto end =
        m_config.endToken == 2 ? ids.argmax(1) : (ids == m_config.endToken).to(at::kInt).argmax(1);
    const auto pooled = x.index({at::arange(forks * rows, ids.options()), end.repeat({forks})});
    const auto features = at::linear(pooled, pass.weight("text_projection.weight"));
    const auto& texts = s.kept[kTextVectors] = ofLengthOne(features);
    const auto alike = similarities(s, s.kept.at(kPictureVectors), texts, pass.weight("logit_scale").exp());
    s.logits = alike.flatten(0, 1);
    s.lossSum = contrastiveLoss(s, alike);
    if (s.lossSum.defined()) s.lossCount = at::ones({rows}, alike.options().dtype(at::kDouble));
    pass.record("text.last_hidden_state", x);
    pass.record("text.pooler_output", pooled);
    pass.record("text_features_unnormalised", features);
    pass.record("text_embeds", texts);
    pass.record("logits_per_text", s.logits);
    if (pass.recorded) pass.record("logits_per_image", s.logits.transpose(0, 1));
  }

 private:
  ClipTextConfig m_config;
};

}  // namespace

// The vector of a picture is the class token, normed and projected.
at::Tensor clipPatchVectors(const nlohmann::json& config, const Pass& pass, const at::Tensor& hidden) {
  const double epsilon = configValue<double>(towerConfig(config, "vision_config"), "layer_norm_eps", 1e-5);
  const auto normed = pass.layerNorm(kVision + "post_layernorm", hidden, epsilon);
  return ofLengthOne(at::linear(normed, pass.weight("visual_projection.weight")));
}

std::shared_ptr<const Model> buildClip(const ModelSource& source) {
  const auto& config = source.config;
  auto model = std::make_shared<Model>("clip", ModelTask::Match, config);
  const auto vision = ClipVisionConfig::parse(towerConfig(config, "vision_config"));
  const auto text = parseText(towerConfig(config, "text_config"));
  const int64_t projection = configSize(config, "projection_dim", 512);

  addClipVision(*model, vision, kVision, vision.layers, true);
  declareLayerNorm(*model, kVision + "post_layernorm", vision.width);
  declareLinear(*model, "visual_projection", projection, vision.width, false);
  model->add(std::make_unique<ClipVisionEnd>(vision.epsilon));

  model->declare(kText + "embeddings.token_embedding.weight", {text.vocabulary, text.width});
  model->declare(kText + "embeddings.position_embedding.weight", {text.positions, text.width});
  model->add(std::make_unique<ClipTextEmbedding>());
  const auto layer = clipLayer(text.width, text.inner, text.heads, text.epsilon, text.activation);
  for (int64_t i = 0; i < text.layers; ++i)
    addTransformerLayer(*model, kText + "encoder.layers." + std::to_string(i), Component::Text, layer,
                        "text.hidden_states." + std::to_string(i + 1));
  declareLayerNorm(*model, kText + "final_layer_norm", text.width);
  declareLinear(*model, "text_projection", projection, text.width, false);
  model->declare("logit_scale", {});
  model->add(std::make_unique<ClipHead>(text));
  return model;
}

}  // namespace espalier
