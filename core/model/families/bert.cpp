#include "core/model/layers/bert_layer.h"

#include "core/model/block_builder.h"
#include "core/model/families/families.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"

namespace espalier {

namespace {

class BertEmbedding : public Block {
 public:
  BertEmbedding(const std::string& prefix, double epsilon)
      : Block({prefix + "embeddings", Component::Text, false, {}}), m_epsilon(epsilon) {}
  void run(State& s, const Pass& pass) const override {
    const auto& ids = s.inputs->at("input_ids");
    auto types = s.inputs->find("token_type_ids");
    if (!types.defined()) types = at::zeros_like(ids);
    const auto x = embedTokens(pass, name() + ".word_embeddings.weight", ids) +
                   embedTokens(pass, name() + ".token_type_embeddings.weight", types) +
                   embedPositions(pass, name() + ".position_embeddings.weight",
                                  positionsByPlace(ids.size(1), 0, ids.device()));
    s.hidden = pass.layerNorm(name() + ".LayerNorm", x, m_epsilon);
    s.attentionBias = maskBias(s.inputs->find("attention_mask"));
    pass.record("hidden_states.0", s.hidden);
  }

 private:
  double m_epsilon;
};

class BertPooler : public Block {
 public:
  BertPooler(const std::string& prefix, bool pools)
      : Block({prefix + "pooler", Component::Text, false, {}}), m_pools(pools) {}
  void run(State& s, const Pass& pass) const override {
    pass.record("last_hidden_state", s.hidden);
    if (m_pools)
      pass.record("pooler_output", at::tanh(pass.linear(name() + ".dense", s.hidden.select(1, 0))));
  }

 private:
  bool m_pools;
};

}  // namespace

std::shared_ptr<const Model> buildBert(const ModelSource& source) {
  const auto& c = source.config;
  auto model = std::make_shared<Model>("bert", ModelTask::Embed, c);
  BertLayerSpec layer;
  layer.width = configSize(c, "hidden_size", 768);
  layer.inner = configSize(c, "intermediate_size", 3072);
  layer.heads = configSize(c, "num_attention_heads", 12);
  layer.epsilon = configValue<double>(c, "layer_norm_eps", 1e-12);
  layer.activation = activationOf(configValue<std::string>(c, "hidden_act", "gelu"), "hidden_act");
  checkHeads(layer.width, layer.heads, "BERT");
  configOnly<std::string>(c, "position_embedding_type", "absolute");
  configOnly(c, "is_decoder", false);

  // A model with a head has the encoder under its own name.
  const auto prefix = source.prefixOf("embeddings.word_embeddings.weight", {"", "bert."});
  const std::string embeddings = prefix + "embeddings.";
  model->declare(embeddings + "word_embeddings.weight", {configSize(c, "vocab_size", 30522), layer.width});
  model->declare(embeddings + "position_embeddings.weight",
                 {configSize(c, "max_position_embeddings", 512), layer.width});
  model->declare(embeddings + "token_type_embeddings.weight",
                 {configSize(c, "type_vocab_size", 2), layer.width});
  declareLayerNorm(*model, embeddings + "LayerNorm", layer.width);
  model->add(std::make_unique<BertEmbedding>(prefix, layer.epsilon));
  const int64_t layers = configLayers(c, "num_hidden_layers", 12);
  for (int64_t i = 0; i < layers; ++i)
    addBertLayer(*model, prefix + "encoder.layer." + std::to_string(i), Component::Text, layer,
                 "hidden_states." + std::to_string(i + 1));
  const bool pools = source.stores(prefix + "pooler.dense.weight", true);
  if (pools) declareLinear(*model, prefix + "pooler.dense", layer.width, layer.width, true);
  model->add(std::make_unique<BertPooler>(prefix, pools));
  return model;
}

}  // namespace espalier
