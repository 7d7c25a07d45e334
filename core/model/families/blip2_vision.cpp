#include "core/model/families/blip2_vision.h"

#include <cmath>

#include "core/model/layers/activation.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/patch_embedding.h"

namespace espalier {

namespace {

class VisionEmbedding : public Block {
 public:
  VisionEmbedding() : Block({"vision_model.embeddings", Component::Vision, false, {}}) {}
  void run(State& s, const Pass& pass) const override {
    const auto patches = embedPatches(s.inputs->at("pixel_values"), pass.weight(name() + ".patch_embedding.weight"),
                                      pass.weight(name() + ".patch_embedding.bias"));
    const auto classToken = pass.weight(name() + ".class_embedding").expand({patches.size(0), 1, patches.size(2)});
    const auto position = pass.weight(name() + ".position_embedding");
    if (patches.size(1) + 1 != position.size(1))
      throw Error(ErrorKind::InvalidInput, "The pictures make " + std::to_string(patches.size(1)) +
                                               " patches; the model has positions for " +
                                               std::to_string(position.size(1) - 1) + ".");
    s.hidden = at::cat({classToken, patches}, 1) + position;
    s.attentionBias = at::Tensor();
    pass.record("vision.hidden_states.0", s.hidden);
  }
};

class VisionLayer : public Block {
 public:
  VisionLayer(BlockDescription d, int64_t index, int64_t heads, double epsilon, Activation activation)
      : Block(std::move(d)), m_index(index), m_heads(heads), m_epsilon(epsilon), m_activation(activation) {}
  void run(State& s, const Pass& pass) const override {
    const auto qkv = pass.linear(name() + ".self_attn.qkv", pass.layerNorm(name() + ".layer_norm1", s.hidden, m_epsilon));
    const auto parts = qkv.chunk(3, 2);
    const double scale = std::pow(double(parts[0].size(2) / m_heads), -0.5);
    auto y = pass.linear(name() + ".self_attn.projection",
                         attend(parts[0], parts[1], parts[2], m_heads, scale, at::Tensor()));
    matchForks(s.hidden, y);
    s.hidden = s.hidden + y;
    y = pass.linear(name() + ".mlp.fc1", pass.layerNorm(name() + ".layer_norm2", s.hidden, m_epsilon));
    y = pass.linear(name() + ".mlp.fc2", activate(m_activation, y));
    matchForks(s.hidden, y);
    s.hidden = s.hidden + y;
    pass.record("vision.hidden_states." + std::to_string(m_index + 1), s.hidden);
  }

 private:
  int64_t m_index, m_heads;
  double m_epsilon;
  Activation m_activation;
};

class VisionEnd : public Block {
 public:
  explicit VisionEnd(double epsilon)
      : Block({"vision_model.post_layernorm", Component::Vision, false, {}}), m_epsilon(epsilon) {}
  void run(State& s, const Pass& pass) const override {
    s.hidden = pass.layerNorm(name(), s.hidden, m_epsilon);
    pass.record("vision.last_hidden_state", s.hidden);
    // The reference normalises the class token once more for its pooled output, which nothing downstream reads.
    if (pass.recorded) pass.record("vision.pooler_output", pass.layerNorm(name(), s.hidden.select(1, 0), m_epsilon));
  }

 private:
  double m_epsilon;
};

}  // namespace

void addBlip2Vision(Model& model, const nlohmann::json& c) {
  const int64_t width = configSize(c, "hidden_size", 1408), inner = configSize(c, "intermediate_size", 6144),
                layers = configSize(c, "num_hidden_layers", 39), heads = configSize(c, "num_attention_heads", 16),
                image = configSize(c, "image_size", 224), patch = configSize(c, "patch_size", 14);
  const double epsilon = configValue<double>(c, "layer_norm_eps", 1e-6);
  const bool qkvBias = configValue<bool>(c, "qkv_bias", true);
  const auto activation = activationOf(configValue<std::string>(c, "hidden_act", "gelu"), "vision_config.hidden_act");
  checkHeads(width, heads, "vision_config");
  const int64_t positions = (image / patch) * (image / patch) + 1;

  const std::string root = "vision_model.";
  model.declare(root + "embeddings.class_embedding", {1, 1, width});
  model.declare(root + "embeddings.position_embedding", {1, positions, width});
  model.declare(root + "embeddings.patch_embedding.weight", {width, 3, patch, patch});
  model.declare(root + "embeddings.patch_embedding.bias", {width});
  model.add(std::make_unique<VisionEmbedding>());
  for (int64_t i = 0; i < layers; ++i) {
    BlockDescription d{root + "encoder.layers." + std::to_string(i), Component::Vision, true, {}};
    const auto matrix = [&](const std::string& name, int64_t rows, int64_t columns, bool bias) {
      d.matrices.push_back({d.name + "." + name + ".weight", rows, columns});
      model.declare(d.name + "." + name + ".weight", {rows, columns});
      if (bias) model.declare(d.name + "." + name + ".bias", {rows});
    };
    matrix("self_attn.qkv", 3 * width, width, qkvBias);
    matrix("self_attn.projection", width, width, true);
    matrix("mlp.fc1", inner, width, true);
    matrix("mlp.fc2", width, inner, true);
    for (const char* norm : {".layer_norm1", ".layer_norm2"})
      for (const char* part : {".weight", ".bias"}) model.declare(d.name + norm + part, {width});
    model.add(std::make_unique<VisionLayer>(std::move(d), i, heads, epsilon, activation));
  }
  model.declare(root + "post_layernorm.weight", {width});
  model.declare(root + "post_layernorm.bias", {width});
  model.add(std::make_unique<VisionEnd>(epsilon));
}

}  // namespace espalier
