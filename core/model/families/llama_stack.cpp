#include "core/model/families/llama_stack.h"

#include "core/model/block_builder.h"
#include "core/model/families/generation_tokens.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/language_head.h"

namespace espalier {

namespace {

class LlamaLayer : public Block {
 public:
  LlamaLayer(BlockDescription d, const LlamaConfig& config, std::string record)
      : Block(std::move(d)), m_config(config), m_prefix(name() + "."), m_record(std::move(record)) {}

  void run(State& s, const Pass& pass) const override {
    for (size_t part = 0; part < parts(); ++part) runPart(part, s, pass);
  }
  size_t parts() const override { return 2; }
  void runPart(size_t part, State& s, const Pass& pass) const override {
    if (part == 0) return attention(s, pass);
    const auto x = pass.rmsNorm(m_prefix + "post_attention_layernorm", s.hidden, m_config.epsilon);
    const auto inner = productOf(activate(m_config.activation, pass.linear(m_prefix + "mlp.gate_proj", x)),
                                 pass.linear(m_prefix + "mlp.up_proj", x));
    s.hidden = sumOf(s.hidden, pass.linear(m_prefix + "mlp.down_proj", inner));
    pass.record(m_record, s.hidden);
  }
  bool endsPart(const std::string& weight) const override {
    return weight == m_prefix + "self_attn.o_proj.weight" || weight == m_prefix + "mlp.down_proj.weight";
  }

 private:
  void attention(State& s, const Pass& pass) const {
    const auto x = pass.rmsNorm(m_prefix + "input_layernorm", s.hidden, m_config.epsilon);
    const auto q = rotated(pass.linear(m_prefix + "self_attn.q_proj", x), s.rotary);
    KeyValue kv{rotated(pass.linear(m_prefix + "self_attn.k_proj", x), s.rotary),
                pass.linear(m_prefix + "self_attn.v_proj", x)};
    appendToCache(s.decoding.get(), name(), kv);
    const auto y =
        attend(q, kv.key, kv.value, m_config.heads, attentionScale(q, m_config.heads), s.attentionBias);
    s.hidden = sumOf(s.hidden, pass.linear(m_prefix + "self_attn.o_proj", y));
  }

  LlamaConfig m_config;
  std::string m_prefix, m_record;
};

class LlamaHead : public Block {
 public:
  LlamaHead(const LlamaConfig& config, std::string root, const std::string& headRoot)
      : Block({headRoot + "lm_head", Component::Language, false, {}}),
        m_config(config),
        m_root(std::move(root)) {}
  void run(State& s, const Pass& pass) const override {
    const auto x = pass.rmsNorm(m_root + "norm", headInput(s, s.hidden), m_config.epsilon);
    pass.record("hidden_states." + std::to_string(m_config.layers), x);
    s.logits = at::linear(x, pass.weight((m_config.tied ? m_root + "embed_tokens" : name()) + ".weight"));
    setDecoderLoss(s);
    pass.record("logits", s.logits);
  }

 private:
  LlamaConfig m_config;
  std::string m_root;
};

}  // namespace

LlamaConfig LlamaConfig::parse(const nlohmann::json& c, const nlohmann::json& generation) {
  LlamaConfig l;
  l.width = configSize(c, "hidden_size", 4096);
  l.inner = configSize(c, "intermediate_size", 11008);
  l.layers = configLayers(c, "num_hidden_layers", 32);
  l.heads = configSize(c, "num_attention_heads", 32);
  l.keyValueHeads = configSize(c, "num_key_value_heads", l.heads);
  l.vocabulary = configSize(c, "vocab_size", 32000);
  l.epsilon = configValue<double>(c, "rms_norm_eps", 1e-6);
  l.attentionBias = configValue<bool>(c, "attention_bias", false);
  l.mlpBias = configValue<bool>(c, "mlp_bias", false);
  l.tied = configValue<bool>(c, "tie_word_embeddings", false);
  l.activation = activationOf(configValue<std::string>(c, "hidden_act", "silu"), "hidden_act");
  if (!c.contains("head_dim")) checkHeads(l.width, l.heads, "LLaMA");
  checkHeads(l.heads, l.keyValueHeads, "LLaMA, as key-value heads");
  l.headWidth = configSize(c, "head_dim", std::max<int64_t>(1, l.width / l.heads));
  configOnly(c, "partial_rotary_factor", 1.0);
  l.rotary = RotaryEmbedding::parse(c, l.headWidth);
  const auto tokens = generationTokens(c, generation, {.end = {2}, .pad = -1, .start = 0});
  l.endTokens = tokens.end, l.padToken = tokens.pad;
  return l;
}

void declareLlamaStart(Model& model, const LlamaConfig& c, const std::string& root) {
  model.declare(root + "embed_tokens.weight", {c.vocabulary, c.width});
}

void startLlama(State& s, const Pass& pass, const LlamaConfig& c, const at::Tensor& embedded,
                const at::Tensor& mask, const at::Tensor& positions, int64_t past) {
  s.hidden = embedded;
  s.attentionBias = decoderBias(mask, embedded.size(1), past, embedded.device());
  s.rotary = c.rotary.tables(positions, past + embedded.size(1));
  pass.record("hidden_states.0", s.hidden);
}

void addLlama(Model& model, const LlamaConfig& c, const std::string& root, const std::string& headRoot) {
  const int64_t queries = c.heads * c.headWidth, keys = c.keyValueHeads * c.headWidth;
  for (int64_t i = 0; i < c.layers; ++i) {
    BlockBuilder b(model, root + "layers." + std::to_string(i), Component::Language);
    b.matrix("self_attn.q_proj", queries, c.width, c.attentionBias);
    b.matrix("self_attn.k_proj", keys, c.width, c.attentionBias);
    b.matrix("self_attn.v_proj", keys, c.width, c.attentionBias);
    b.matrix("self_attn.o_proj", c.width, queries, c.attentionBias);
    b.matrix("mlp.gate_proj", c.inner, c.width, c.mlpBias);
    b.matrix("mlp.up_proj", c.inner, c.width, c.mlpBias);
    b.matrix("mlp.down_proj", c.width, c.inner, c.mlpBias);
    b.tensor("input_layernorm.weight", {c.width});
    b.tensor("post_attention_layernorm.weight", {c.width});
    model.add(std::make_unique<LlamaLayer>(
        b.description(), c, i + 1 == c.layers ? "" : "hidden_states." + std::to_string(i + 1)));
  }
  model.declare(root + "norm.weight", {c.width});
  if (!c.tied) model.declare(headRoot + "lm_head.weight", {c.vocabulary, c.width});
  model.add(std::make_unique<LlamaHead>(c, root, headRoot));
}

}  // namespace espalier
