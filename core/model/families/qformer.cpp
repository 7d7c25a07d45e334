#include "core/model/families/qformer.h"

#include "core/model/block_builder.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/bert_layer.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/embedding.h"

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

const std::string kInstruction = "qformer.embeddings.";

// The queries, and the instruction behind them.
class InstructionEmbedding : public Block {
 public:
  InstructionEmbedding(int64_t positions, double epsilon)
      : Block({"query_tokens", Component::Bridge, false, {}}), m_positions(positions), m_epsilon(epsilon) {}
  void run(State& s, const Pass& pass) const override {
    s.context = pictureOfEachRow(s, s.hidden);
    s.contextBias = at::Tensor();
    const auto& ids = s.inputs->at("qformer_input_ids");
    const int64_t length = ids.size(1);
    if (length > m_positions)
      throw Error(ErrorKind::InvalidInput, "qformer_input_ids has " + std::to_string(length) +
                                               " places; the Q-Former has " + std::to_string(m_positions) +
                                               ".");
    const auto words = embedTokens(pass, kInstruction + "word_embeddings.weight", ids) +
                       pass.weight(kInstruction + "position_embeddings.weight").narrow(0, 0, length);
    const auto queries = pass.weight(name());
    const auto all = at::cat({queries.expand({ids.size(0), queries.size(1), queries.size(2)}), words}, 1);
    s.hidden = pass.layerNorm(kInstruction + "layernorm", all, m_epsilon);
    s.attentionBias = at::Tensor();
    if (const auto mask = s.inputs->find("qformer_attention_mask"); mask.defined())
      s.attentionBias =
          maskBias(at::cat({at::ones({ids.size(0), queries.size(1)}, mask.options()), mask}, 1));
  }

 private:
  int64_t m_positions;
  double m_epsilon;
};

BertLayerSpec qformerLayer(const nlohmann::json& c) {
  BertLayerSpec layer;
  layer.width = configSize(c, "hidden_size", 768);
  layer.inner = configSize(c, "intermediate_size", 3072);
  layer.heads = configSize(c, "num_attention_heads", 12);
  layer.epsilon = configValue<double>(c, "layer_norm_eps", 1e-12);
  layer.activation =
      activationOf(configValue<std::string>(c, "hidden_act", "gelu"), "qformer_config.hidden_act");
  layer.projections = "attention";
  layer.intermediate = "intermediate_query", layer.output = "output_query";
  configOnly<std::string>(c, "position_embedding_type", "absolute");
  checkHeads(layer.width, layer.heads, "qformer_config");
  return layer;
}

void addQFormerLayers(Model& model, const nlohmann::json& c, BertLayerSpec layer, int64_t visionWidth) {
  const int64_t layers = configLayers(c, "num_hidden_layers", 12),
                frequency = configSize(c, "cross_attention_frequency", 2);
  for (int64_t i = 0; i < layers; ++i) {
    layer.contextWidth = i % frequency == 0 ? visionWidth : 0;
    // Left alone unless asked for, as in the paper.
    addBertLayer(model, "qformer.encoder.layer." + std::to_string(i), Component::Bridge, layer,
                 i + 1 == layers ? "qformer.last_hidden_state" : "", false);
  }
}

}  // namespace

void addQFormer(Model& model, const nlohmann::json& c, int64_t queries, int64_t visionWidth) {
  const auto layer = qformerLayer(c);
  model.declare("query_tokens", {1, queries, layer.width});
  declareLayerNorm(model, "qformer.layernorm", layer.width);
  model.add(std::make_unique<QueryEmbedding>(layer.epsilon));
  addQFormerLayers(model, c, layer, visionWidth);
}

void addInstructQFormer(Model& model, const nlohmann::json& c, int64_t queries, int64_t visionWidth) {
  auto layer = qformerLayer(c);
  layer.queries = queries;
  const int64_t positions = configSize(c, "max_position_embeddings", 512);
  model.declare("query_tokens", {1, queries, layer.width});
  model.declare(kInstruction + "word_embeddings.weight", {configSize(c, "vocab_size", 30522), layer.width});
  model.declare(kInstruction + "position_embeddings.weight", {positions, layer.width});
  declareLayerNorm(model, kInstruction + "layernorm", layer.width);
  model.add(std::make_unique<InstructionEmbedding>(positions, layer.epsilon));
  addQFormerLayers(model, c, layer, visionWidth);
}

}  // namespace espalier
