#include "core/model/families/qformer.h"

#include "core/model/block_builder.h"
#include "core/model/layers/bert_layer.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

class QueryEmbedding : public Block {
 public:
  explicit QueryEmbedding(double epsilon)
      : Block({"query_tokens", Component::Bridge, false, {}}), m_epsilon(epsilon) {}
  void run(State& s, const Pass& pass) const override {
    s.context = s.hidden;
    s.contextBias = at::Tensor();
    s.attentionBias = at::Tensor();
    const auto queries = pass.layerNorm("qformer.layernorm", pass.weight("query_tokens"), m_epsilon);
    // As many rows as there are pictures, not forks: the queries do not depend on the picture yet.
    s.hidden = queries.expand({s.inputs->at("pixel_values").size(0), queries.size(1), queries.size(2)});
  }

 private:
  double m_epsilon;
};

}  // namespace

void addQFormer(Model& model, const nlohmann::json& c, int64_t queries, int64_t visionWidth) {
  BertLayerSpec layer;
  layer.width = configSize(c, "hidden_size", 768);
  layer.inner = configSize(c, "intermediate_size", 3072);
  layer.heads = configSize(c, "num_attention_heads", 12);
  layer.epsilon = configValue<double>(c, "layer_norm_eps", 1e-12);
  layer.activation =
      activationOf(configValue<std::string>(c, "hidden_act", "gelu"), "qformer_config.hidden_act");
  layer.projections = "attention";
  layer.intermediate = "intermediate_query", layer.output = "output_query";
  const int64_t layers = configLayers(c, "num_hidden_layers", 12),
                frequency = configSize(c, "cross_attention_frequency", 2);
  configOnly<std::string>(c, "position_embedding_type", "absolute");
  checkHeads(layer.width, layer.heads, "qformer_config");

  model.declare("query_tokens", {1, queries, layer.width});
  declareLayerNorm(model, "qformer.layernorm", layer.width);
  model.add(std::make_unique<QueryEmbedding>(layer.epsilon));
  for (int64_t i = 0; i < layers; ++i) {
    layer.contextWidth = i % frequency == 0 ? visionWidth : 0;
    // Left alone unless asked for, as in the paper.
    addBertLayer(model, "qformer.encoder.layer." + std::to_string(i), Component::Bridge, layer,
                 i + 1 == layers ? "qformer.last_hidden_state" : "", false);
  }
}

}  // namespace espalier
