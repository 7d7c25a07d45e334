#include "core/model/families/qformer.h"

#include <cmath>

#include "core/model/layers/activation.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

class QueryEmbedding : public Block {
 public:
  explicit QueryEmbedding(double epsilon) : Block({"query_tokens", Component::Bridge, false, {}}), m_epsilon(epsilon) {}
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

// One BERT layer, post-norm: self-attention among the queries, cross-attention to the picture in some layers, MLP.
class QFormerLayer : public Block {
 public:
  QFormerLayer(BlockDescription d, int64_t heads, double epsilon, Activation activation, bool cross, bool last)
      : Block(std::move(d)), m_heads(heads), m_epsilon(epsilon), m_activation(activation), m_cross(cross), m_last(last) {}
  void run(State& s, const Pass& pass) const override {
    attention(s, pass, name() + ".attention.", s.hidden);
    if (m_cross) attention(s, pass, name() + ".crossattention.", s.context);
    auto y = activate(m_activation, pass.linear(name() + ".intermediate_query.dense", s.hidden));
    addAndNorm(s, pass, pass.linear(name() + ".output_query.dense", y), name() + ".output_query.LayerNorm");
    if (m_last) pass.record("qformer.last_hidden_state", s.hidden);
  }

 private:
  void attention(State& s, const Pass& pass, const std::string& prefix, const at::Tensor& source) const {
    const auto q = pass.linear(prefix + "attention.query", s.hidden);
    const auto k = pass.linear(prefix + "attention.key", source);
    const auto v = pass.linear(prefix + "attention.value", source);
    const double scale = std::pow(double(q.size(2) / m_heads), -0.5);
    const auto y = pass.linear(prefix + "output.dense", attend(q, k, v, m_heads, scale, at::Tensor()));
    addAndNorm(s, pass, y, prefix + "output.LayerNorm");
  }

  void addAndNorm(State& s, const Pass& pass, at::Tensor y, const std::string& norm) const {
    matchForks(s.hidden, y);
    s.hidden = pass.layerNorm(norm, s.hidden + y, m_epsilon);
  }

  int64_t m_heads;
  double m_epsilon;
  Activation m_activation;
  bool m_cross, m_last;
};

}  // namespace

void addQFormer(Model& model, const nlohmann::json& c, int64_t queries, int64_t visionWidth) {
  const int64_t width = configSize(c, "hidden_size", 768), inner = configSize(c, "intermediate_size", 3072),
                layers = configSize(c, "num_hidden_layers", 12), heads = configSize(c, "num_attention_heads", 12),
                frequency = configSize(c, "cross_attention_frequency", 2);
  const double epsilon = configValue<double>(c, "layer_norm_eps", 1e-12);
  const auto activation = activationOf(configValue<std::string>(c, "hidden_act", "gelu"), "qformer_config.hidden_act");
  if (configValue<std::string>(c, "position_embedding_type", "absolute") != "absolute")
    throw Error(ErrorKind::Unsupported, "config.json has \"qformer_config.position_embedding_type\": \"" +
                                            c["position_embedding_type"].get<std::string>() + "\"; absolute can be computed.");
  checkHeads(width, heads, "qformer_config");

  model.declare("query_tokens", {1, queries, width});
  model.declare("qformer.layernorm.weight", {width});
  model.declare("qformer.layernorm.bias", {width});
  model.add(std::make_unique<QueryEmbedding>(epsilon));
  for (int64_t i = 0; i < layers; ++i) {
    // Left alone unless asked for, as in the paper.
    BlockDescription d{"qformer.encoder.layer." + std::to_string(i), Component::Bridge, false, {}};
    const auto matrix = [&](const std::string& name, int64_t rows, int64_t columns) {
      d.matrices.push_back({d.name + "." + name + ".weight", rows, columns});
      model.declare(d.name + "." + name + ".weight", {rows, columns});
      model.declare(d.name + "." + name + ".bias", {rows});
    };
    const auto norm = [&](const std::string& name) {
      model.declare(d.name + "." + name + ".weight", {width});
      model.declare(d.name + "." + name + ".bias", {width});
    };
    const auto attention = [&](const std::string& name, int64_t source) {
      matrix(name + ".attention.query", width, width);
      matrix(name + ".attention.key", width, source);
      matrix(name + ".attention.value", width, source);
      matrix(name + ".output.dense", width, width);
      norm(name + ".output.LayerNorm");
    };
    const bool cross = i % frequency == 0;
    attention("attention", width);
    if (cross) attention("crossattention", visionWidth);
    matrix("intermediate_query.dense", inner, width);
    matrix("output_query.dense", width, inner);
    norm("output_query.LayerNorm");
    model.add(std::make_unique<QFormerLayer>(std::move(d), heads, epsilon, activation, cross, i + 1 == layers));
  }
}

}  // namespace espalier
