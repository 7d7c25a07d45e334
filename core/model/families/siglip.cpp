#include "core/model/block_builder.h"
#include "core/model/families/clip_tower.h"
#include "core/model/families/families.h"
#include "core/model/families/picture_head.h"
#include "core/model/families/siglip2_tower.h"
#include "core/model/families/siglip_pooling.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/contrastive_loss.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"

namespace espalier {

namespace {

const std::string kSiglipVision = "vision_model.", kSiglipText = "text_model.";

struct SiglipTextConfig {
  int64_t width, inner, layers, heads, vocabulary, positions, projection;
  double epsilon;
  Activation activation;

  static SiglipTextConfig parse(const nlohmann::json& c) {
    SiglipTextConfig t;
    t.width = configSize(c, "hidden_size", 768);
    t.inner = configSize(c, "intermediate_size", 3072);
    t.layers = configLayers(c, "num_hidden_layers", 12);
    t.heads = configSize(c, "num_attention_heads", 12);
    t.vocabulary = configSize(c, "vocab_size", 32000);
    t.positions = configSize(c, "max_position_embeddings", 64);
    t.projection = configSize(c, "projection_size", t.width);
    t.epsilon = configValue<double>(c, "layer_norm_eps", 1e-6);
    t.activation = activationOf(configValue<std::string>(c, "hidden_act", "gelu_pytorch_tanh"),
                                "text_config.hidden_act");
    checkHeads(t.width, t.heads, "text_config");
    return t;
  }
};

// Pools a picture; `compares`: keeps its vector for the texts to come.
class SiglipVisionEnd : public Block {
 public:
  SiglipVisionEnd(const std::string& root, const SiglipVisionConfig& config, bool pools, bool compares)
      : Block({root + "post_layernorm", Component::Vision, false, {}}),
        m_root(root),
        m_config(config),
        m_pools(pools),
        m_compares(compares) {}
  void run(State& s, const Pass& pass) const override {
    s.hidden = pass.layerNorm(name(), s.hidden, m_config.epsilon);
    record(pass, "last_hidden_state", s.hidden);
    if (!m_pools) return;
    const auto pooled = siglipPooled(pass, m_config, m_root, s.hidden, s.attentionBias);
    record(pass, "pooler_output", pooled);
    if (!m_compares) return;
    s.kept[kPictureVectors] = ofLengthOne(pooled);
    s.hidden = at::Tensor();
    pass.record("image_embeds", s.kept[kPictureVectors]);
  }

 private:
  // The tower's own outputs have the same names wherever it stands.
  void record(const Pass& pass, const std::string& what, const at::Tensor& value) const {
    pass.record(what, value);
    if (m_compares) pass.record("vision_" + what, value);
  }

  std::string m_root;
  SiglipVisionConfig m_config;
  bool m_pools, m_compares;
};

// Texts are filled up to their full length and seen whole: there is a mask only where one is given.
class SiglipTextEmbedding : public Block {
 public:
  SiglipTextEmbedding() : Block({kSiglipText + "embeddings", Component::Text, false, {}}) {}
  void run(State& s, const Pass& pass) const override {
    const auto& ids = s.inputs->at("input_ids");
    s.hidden = embedTokens(pass, name() + ".token_embedding.weight", ids) +
               embedPositions(pass, name() + ".position_embedding.weight",
                              positionsByPlace(ids.size(1), 0, ids.device()));
    s.attentionBias = maskBias(s.inputs->find("attention_mask"));
  }
};

// Pools each text at its last place and compares it with the pictures.
class SiglipHead : public Block {
 public:
  explicit SiglipHead(double epsilon)
      : Block({kSiglipText + "final_layer_norm", Component::Text, false, {}}), m_epsilon(epsilon) {}
  void run(State& s, const Pass& pass) const override {
    const auto x = pass.layerNorm(name(), s.hidden, m_epsilon);
    const auto pooled = pass.linear(kSiglipText + "head", x.select(1, x.size(1) - 1));
    const auto& texts = s.kept[kTextVectors] = ofLengthOne(pooled);
    const auto alike = similarities(s, s.kept.at(kPictureVectors), texts, pass.weight("logit_scale").exp()) +
                       pass.weight("logit_bias");
    s.logits = alike.flatten(0, 1);
    s.lossSum = pairwiseLoss(s, alike);
    if (s.lossSum.defined())
      s.lossCount = at::ones({s.inputs->at("input_ids").size(0)}, alike.options().dtype(at::kDouble));
    pass.record("text_last_hidden_state", x);
    pass.record("text_pooler_output", pooled);
    pass.record("text_embeds", texts);
    pass.record("logits_per_text", s.logits);
    if (pass.recorded) pass.record("logits_per_image", s.logits.transpose(0, 1));
  }

 private:
  double m_epsilon;
};

void addSiglipVisionEnd(Model& model, const SiglipVisionConfig& config, const std::string& root, bool pools,
                        bool compares) {
  declareLayerNorm(model, root + "post_layernorm", config.width);
  if (pools) declareSiglipPooling(model, config, root);
  model.add(std::make_unique<SiglipVisionEnd>(root, config, pools, compares));
}

void addSiglipText(Model& model, const SiglipTextConfig& text) {
  model.declare(kSiglipText + "embeddings.token_embedding.weight", {text.vocabulary, text.width});
  model.declare(kSiglipText + "embeddings.position_embedding.weight", {text.positions, text.width});
  model.add(std::make_unique<SiglipTextEmbedding>());
  const auto layer = clipLayer(text.width, text.inner, text.heads, text.epsilon, text.activation);
  for (int64_t i = 0; i < text.layers; ++i)
    addTransformerLayer(model, kSiglipText + "encoder.layers." + std::to_string(i), Component::Text, layer,
                        "");
  declareLayerNorm(model, kSiglipText + "final_layer_norm", text.width);
  declareLinear(model, kSiglipText + "head", text.projection, text.width, true);
  model.declare("logit_scale", {1});
  model.declare("logit_bias", {1});
  model.add(std::make_unique<SiglipHead>(text.epsilon));
}

// anyShape: SigLIP 2's tower for pictures of any shape.
std::shared_ptr<const Model> siglipPair(const ModelSource& source, const std::string& family, bool anyShape) {
  const auto section = configSection(source.config, "vision_config");
  configOnly(section, "vision_use_head", true);
  const auto vision = anyShape ? parseSiglip2Vision(section) : SiglipVisionConfig::parse(section);
  const auto text = SiglipTextConfig::parse(configSection(source.config, "text_config"));
  if (text.projection != vision.width)
    throw Error(ErrorKind::Format, "config.json makes text vectors of " + std::to_string(text.projection) +
                                       " numbers (text_config.projection_size) and picture vectors of " +
                                       std::to_string(vision.width) + " (vision_config.hidden_size).");
  auto model = std::make_shared<Model>(family, ModelTask::Match, source.config);
  if (anyShape)
    addSiglip2Vision(*model, vision, kSiglipVision);
  else
    addSiglipVision(*model, vision, kSiglipVision, vision.layers);
  addSiglipVisionEnd(*model, vision, kSiglipVision, true, true);
  addSiglipText(*model, text);
  return model;
}

std::shared_ptr<const Model> siglipTower(const ModelSource& source, const std::string& family,
                                         bool anyShape) {
  const auto& config = source.config;
  const auto vision = anyShape ? parseSiglip2Vision(config) : SiglipVisionConfig::parse(config);
  const auto root = source.prefixOf("post_layernorm.weight", {kSiglipVision, ""});
  auto model = std::make_shared<Model>(family, ModelTask::Embed, config);
  if (anyShape)
    addSiglip2Vision(*model, vision, root);
  else
    addSiglipVision(*model, vision, root, vision.layers);
  addSiglipVisionEnd(*model, vision, root, configValue<bool>(config, "vision_use_head", true), false);
  return model;
}

}  // namespace

std::shared_ptr<const Model> buildSiglip(const ModelSource& source) {
  return siglipPair(source, "siglip", false);
}

std::shared_ptr<const Model> buildSiglip2(const ModelSource& source) {
  return siglipPair(source, "siglip2", true);
}

std::shared_ptr<const Model> buildSiglipClassifier(const ModelSource& source) {
  const auto vision = SiglipVisionConfig::parse(configSection(source.config, "vision_config"));
  auto model = std::make_shared<Model>("siglip-classifier", ModelTask::Classify, source.config);
  addSiglipVision(*model, vision, kSiglipVision, vision.layers);
  PictureHeadSpec head;
  head.norm = kSiglipVision + "post_layernorm", head.epsilon = vision.epsilon, head.width = vision.width;
  head.tokens = 0, head.pool = PictureHeadSpec::Pool::Mean;
  head.classes = classesOf(source.config);
  addPictureHead(*model, head);
  return model;
}

std::shared_ptr<const Model> buildSiglipVision(const ModelSource& source) {
  return siglipTower(source, "siglip-vision", false);
}

std::shared_ptr<const Model> buildSiglip2Vision(const ModelSource& source) {
  return siglipTower(source, "siglip2-vision", true);
}

}  // namespace espalier
