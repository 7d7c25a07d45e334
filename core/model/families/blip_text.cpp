#include "core/model/families/blip_text.h"

#include "core/model/block_builder.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"
#include "core/model/layers/language_head.h"
#include "core/model/layers/sequence_loss.h"
#include "core/model/weights_compact.h"

namespace espalier {

namespace {

const std::string kDecoder = "text_decoder.bert.";
const std::string kHead = "text_decoder.cls.predictions";

class BlipEncoderStart : public Block {
 public:
  BlipEncoderStart(const BlipTextConfig& config, std::string root)
      : Block({root + "embeddings", Component::TextEncoder, false, {}}),
        m_config(config),
        m_root(std::move(root)) {}
  void run(State& s, const Pass& pass) const override {
    s.context = pictureOfEachRow(s, s.hidden);
    s.contextBias = at::Tensor();
    s.hidden = embedBlipText(pass, m_config, m_root, s.inputs->at("input_ids"), 0);
    s.attentionBias = maskBias(s.inputs->find("attention_mask"));
  }

 private:
  BlipTextConfig m_config;
  std::string m_root;
};

class ContextStart : public Block {
 public:
  ContextStart(std::string name, Component component, std::string record, std::string mask)
      : Block({std::move(name), component, false, {}}),
        m_record(std::move(record)),
        m_mask(std::move(mask)) {}
  void run(State& s, const Pass& pass) const override {
    pass.record(m_record, s.hidden);
    // A text already has a row of its own.
    s.context = m_mask.empty() ? pictureOfEachRow(s, s.hidden) : s.hidden;
    s.contextBias = m_mask.empty() ? at::Tensor() : maskBias(s.inputs->find(m_mask));
    s.hidden = at::Tensor();
  }

 private:
  std::string m_record, m_mask;
};

class BlipDecoderStart : public Block {
 public:
  BlipDecoderStart(const BlipTextConfig& config, BlipDecoderNames names)
      : Block({kDecoder + "embeddings", Component::TextDecoder, false, {}}),
        m_config(config),
        m_names(std::move(names)) {}
  void run(State& s, const Pass& pass) const override {
    const bool fromLabels = !s.decoding && !s.inputs->has(m_names.ids);
    DecoderInput in;
    if (fromLabels) {
      const auto& labels = s.inputs->at("labels");
      in.ids = labels.masked_fill(labels == kIgnoredLabel, m_config.padToken);
    } else {
      in = decoderInput(s, m_names.ids, m_names.mask);
    }
    const auto mask = maskWithPast(s, in.mask, in.ids.size(1));
    s.hidden = embedBlipText(pass, m_config, kDecoder, in.ids, in.past);
    s.attentionBias = decoderBias(mask, in.ids.size(1), in.past, in.ids.device());
    if (s.decoding) s.contextBias = at::Tensor();
  }

 private:
  BlipTextConfig m_config;
  BlipDecoderNames m_names;
};

class BlipLanguageHead : public Block {
 public:
  BlipLanguageHead(const BlipTextConfig& config, std::string record)
      : Block({kHead, Component::TextDecoder, false, {}}), m_config(config), m_record(std::move(record)) {}
  void run(State& s, const Pass& pass) const override {
    const auto& layer = m_config.layer;
    auto x = activate(layer.activation, pass.linear(name() + ".transform.dense", headInput(s, s.hidden)));
    x = pass.layerNorm(name() + ".transform.LayerNorm", x, layer.epsilon);
    s.logits = linearProduct(pass.weights, m_config.headWeight, x, pass.weight(m_config.headBias));
    pass.record(m_record, s.logits);
    if (pass.recorded && !s.decoding && s.inputs->has("labels")) {
      setDecoderLoss(s);
      pass.record("per_sample_nll_sum_nosmooth", s.lossSum);
    }
    setDecoderLoss(s, m_config.labelSmoothing);
  }

 private:
  BlipTextConfig m_config;
  std::string m_record;
};

}  // namespace

BlipTextConfig BlipTextConfig::parse(const ModelSource& source, int64_t visionWidth) {
  const auto c = configSection(source.config, "text_config");
  BlipTextConfig t;
  t.layer.width = configSize(c, "hidden_size", 768);
  t.layer.inner = configSize(c, "intermediate_size", 3072);
  t.layer.heads = configSize(c, "num_attention_heads", 8);
  t.layer.epsilon = configValue<double>(c, "layer_norm_eps", 1e-12);
  t.layer.activation =
      activationOf(configValue<std::string>(c, "hidden_act", "gelu"), "text_config.hidden_act");
  t.layer.contextWidth = visionWidth;
  t.layers = configLayers(c, "num_hidden_layers", 12);
  t.vocabulary = configSize(c, "vocab_size", 30524);
  t.positions = configSize(c, "max_position_embeddings", 512);
  t.startToken = configValue<int64_t>(c, "bos_token_id", 30522);
  t.endToken = configValue<int64_t>(c, "sep_token_id", 102);
  t.padToken = configValue<int64_t>(c, "pad_token_id", 0);
  t.labelSmoothing = configValue<double>(c, "label_smoothing", 0.1);
  configOnly<std::string>(c, "position_embedding_type", "absolute");
  configOnly(c, "is_decoder", true);
  checkHeads(t.layer.width, t.layer.heads, "text_config");
  // Version 4 of the reference stored the head's weight, 5 ties it to the tokens; the bias has two names.
  const bool tied = configValue<bool>(c, "tie_word_embeddings", true) && !source.shapes.empty();
  t.headWeight = kHead + ".decoder.weight", t.headBias = kHead + ".decoder.bias";
  if (source.tiesHead(t.headWeight, tied)) t.headWeight = kDecoder + "embeddings.word_embeddings.weight";
  if (!source.stores(t.headBias, false)) t.headBias = kHead + ".bias";
  return t;
}

void declareBlipTextStart(Model& model, const BlipTextConfig& c, const std::string& root) {
  model.declare(root + "embeddings.word_embeddings.weight", {c.vocabulary, c.layer.width});
  model.declare(root + "embeddings.position_embeddings.weight", {c.positions, c.layer.width});
  declareLayerNorm(model, root + "embeddings.LayerNorm", c.layer.width);
}

at::Tensor embedBlipText(const Pass& pass, const BlipTextConfig& c, const std::string& root,
                         const at::Tensor& ids, int64_t past) {
  const auto x = embedTokens(pass, root + "embeddings.word_embeddings.weight", ids) +
                 embedPositions(pass, root + "embeddings.position_embeddings.weight",
                                positionsByPlace(ids.size(1), past, ids.device()));
  return pass.layerNorm(root + "embeddings.LayerNorm", x, c.layer.epsilon);
}

void addBlipTextEncoder(Model& model, const BlipTextConfig& c, const std::string& root) {
  declareBlipTextStart(model, c, root);
  model.add(std::make_unique<BlipEncoderStart>(c, root));
  for (int64_t i = 0; i < c.layers; ++i)
    addBertLayer(model, root + "encoder.layer." + std::to_string(i), Component::TextEncoder, c.layer, "");
}

void addBlipTextDecoder(Model& model, const BlipTextConfig& c, const BlipDecoderNames& names) {
  declareBlipTextStart(model, c, kDecoder);
  model.beginDecoder();
  model.add(std::make_unique<BlipDecoderStart>(c, names));
  for (int64_t i = 0; i < c.layers; ++i)
    addBertLayer(model, kDecoder + "encoder.layer." + std::to_string(i), Component::TextDecoder, c.layer, "");
  declareLinear(model, kHead + ".transform.dense", c.layer.width, c.layer.width, true);
  declareLayerNorm(model, kHead + ".transform.LayerNorm", c.layer.width);
  if (c.headWeight.starts_with(kHead)) model.declare(c.headWeight, {c.vocabulary, c.layer.width});
  model.declare(c.headBias, {c.vocabulary});
  model.add(std::make_unique<BlipLanguageHead>(c, names.logits));
}

void addContextStart(Model& model, const std::string& name, Component component, const std::string& record,
                     const std::string& mask) {
  model.add(std::make_unique<ContextStart>(name, component, record, mask));
}

}  // namespace espalier
