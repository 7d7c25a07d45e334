#include "core/model/families/opt_stack.h"

#include "core/model/block_builder.h"
#include "core/model/families/generation_tokens.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"
#include "core/model/layers/language_head.h"
#include "core/model/layers/transformer_layer.h"
#include "core/model/weights_compact.h"

namespace espalier {

namespace {

constexpr int64_t kPositionOffset = 2;  // the table has two rows before position 0
constexpr double kEpsilon = 1e-5;

class OptHead : public Block {
 public:
  OptHead(const OptConfig& config, std::string root, const std::string& headRoot)
      : Block({headRoot + "lm_head", Component::Language, false, {}}),
        m_config(config),
        m_root(std::move(root)) {}
  void run(State& s, const Pass& pass) const override {
    auto x = headInput(s, s.hidden);
    if (m_config.finalNorm) x = pass.layerNorm(m_root + "final_layer_norm", x, kEpsilon);
    if (m_config.tokenWidth != m_config.width)
      x = linearProduct(pass.weights, m_root + "project_out.weight", x);
    pass.record("hidden_states." + std::to_string(m_config.layers), x);
    s.logits =
        linearProduct(pass.weights, m_config.tied ? m_root + "embed_tokens.weight" : name() + ".weight", x);
    setDecoderLoss(s);
    pass.record("logits", s.logits);
  }

 private:
  OptConfig m_config;
  std::string m_root;
};

}  // namespace

OptConfig OptConfig::parse(const nlohmann::json& c, const nlohmann::json& generation) {
  OptConfig o;
  o.width = configSize(c, "hidden_size", 768);
  o.inner = configSize(c, "ffn_dim", 3072);
  o.layers = configLayers(c, "num_hidden_layers", 12);
  o.heads = configSize(c, "num_attention_heads", 12);
  o.vocabulary = configSize(c, "vocab_size", 50272);
  o.positions = configSize(c, "max_position_embeddings", 2048);
  o.tokenWidth = configSize(c, "word_embed_proj_dim", o.width);
  o.normFirst = configValue<bool>(c, "do_layer_norm_before", true);
  o.finalNorm = o.normFirst && !configValue<bool>(c, "_remove_final_layer_norm", false);
  o.biases = configValue<bool>(c, "enable_bias", true);
  o.normsHaveWeights = configValue<bool>(c, "layer_norm_elementwise_affine", true);
  o.tied = configValue<bool>(c, "tie_word_embeddings", true);
  o.activation =
      activationOf(configValue<std::string>(c, "activation_function", "relu"), "activation_function");
  o.startToken = configValue<int64_t>(c, "bos_token_id", 2);
  const auto tokens = generationTokens(c, generation, {.end = {2}, .pad = 1, .start = 0});
  o.endTokens = tokens.end, o.padToken = tokens.pad;
  checkHeads(o.width, o.heads, "OPT");
  return o;
}

void declareOptStart(Model& model, const OptConfig& c, const std::string& root) {
  model.declare(root + "embed_tokens.weight", {c.vocabulary, c.tokenWidth});
  model.declare(root + "embed_positions.weight", {c.positions + kPositionOffset, c.width});
  if (c.tokenWidth != c.width) {
    declareLinear(model, root + "project_in", c.width, c.tokenWidth, false);
    declareLinear(model, root + "project_out", c.tokenWidth, c.width, false);
  }
}

void startOpt(State& s, const Pass& pass, const OptConfig& c, const std::string& root,
              const at::Tensor& embedded, const at::Tensor& mask, int64_t past) {
  const int64_t length = embedded.size(1);
  const auto all = maskWithPast(s, mask, length);
  const auto positions =
      embedPositions(pass, root + "embed_positions.weight",
                     positionsByMask(all, length, past, -1, embedded.device()), kPositionOffset);
  const auto x =
      c.tokenWidth == c.width ? embedded : at::linear(embedded, pass.weight(root + "project_in.weight"));
  s.hidden = positions.size(0) == 1 ? x + positions : sumOf(x, positions);
  s.attentionBias = decoderBias(all, length, past, embedded.device());
  pass.record("hidden_states.0", s.hidden);
}

void addOpt(Model& model, const OptConfig& c, const std::string& root, const std::string& headRoot) {
  TransformerLayerSpec layer;
  layer.width = c.width, layer.heads = c.heads, layer.inner = c.inner, layer.epsilon = kEpsilon;
  layer.activation = c.activation;
  layer.normFirst = c.normFirst;
  layer.norm1 = "self_attn_layer_norm", layer.norm2 = "final_layer_norm";
  layer.qkv = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"};
  layer.out = "self_attn.out_proj", layer.fc1 = "fc1", layer.fc2 = "fc2";
  layer.normsHaveWeights = c.normsHaveWeights, layer.qkvHasBias = layer.othersHaveBias = c.biases;
  for (int64_t i = 0; i < c.layers; ++i)
    addTransformerLayer(model, root + "layers." + std::to_string(i), Component::Language, layer,
                        i + 1 == c.layers ? "" : "hidden_states." + std::to_string(i + 1));
  if (c.finalNorm && c.normsHaveWeights) declareLayerNorm(model, root + "final_layer_norm", c.width);
  if (!c.tied) model.declare(headRoot + "lm_head.weight", {c.vocabulary, c.tokenWidth});
  model.add(std::make_unique<OptHead>(c, root, headRoot));
}

}  // namespace espalier
