#include "core/model/families/decoder_layer.h"

#include "core/model/block_builder.h"
#include "core/model/families/experts.h"
#include "core/model/layers/attention.h"
#include "core/tangent/rows.h"
#include "core/tangent/tangents.h"

namespace espalier {

namespace {

class DecoderLayer : public Block {
 public:
  DecoderLayer(BlockDescription d, const DecoderConfig& config, int64_t i, std::string record)
      : Block(std::move(d)),
        m_config(config),
        m_windowed(config.windowed[size_t(i)]),
        m_rotates(config.rotates[size_t(i)]),
        m_routed(config.routed[size_t(i)]),
        m_prefix(name() + "."),
        m_record(std::move(record)) {}

  void run(State& s, const Pass& pass) const override {
    for (size_t part = 0; part < parts(); ++part) runPart(part, s, pass);
  }
  size_t parts() const override { return 2; }
  void runPart(size_t part, State& s, const Pass& pass) const override {
    const auto& c = m_config;
    if (part == 0) {
      const auto y = attention(s, pass, decoderNorm(pass, c, m_prefix + "input_layernorm", s.hidden));
      s.hidden = sumOf(s.hidden, normedOutput(pass, "post_attention_layernorm", y));
      return;
    }
    const auto before = c.normsOutputs ? "pre_feedforward_layernorm" : "post_attention_layernorm";
    const auto y = feedForward(s, pass, decoderNorm(pass, c, m_prefix + before, s.hidden));
    s.hidden = sumOf(s.hidden, normedOutput(pass, "post_feedforward_layernorm", y));
    pass.record(m_record, s.hidden);
  }
  bool endsPart(const std::string& weight) const override {
    if (m_config.normsOutputs) return false;
    return weight == m_prefix + "self_attn.o_proj.weight" || weight == m_prefix + "mlp.down_proj.weight";
  }

 private:
  at::Tensor normedOutput(const Pass& pass, const char* norm, const at::Tensor& y) const {
    return m_config.normsOutputs ? decoderNorm(pass, m_config, m_prefix + norm, y) : y;
  }

  // Queries or keys, as attention compares them.
  at::Tensor compared(const State& s, const Pass& pass, const char* norm, at::Tensor x) const {
    const auto& c = m_config;
    if (c.normsHeads)
      x = decoderNorm(pass, c, m_prefix + norm, x.reshape({x.size(0), x.size(1), -1, c.headWidth}))
              .flatten(2);
    if (!m_rotates) return x;
    return rotated(x, m_windowed && c.hasLocalRotary ? s.fixed.at(kLocalRotary) : s.rotary, c.headWidth);
  }

  at::Tensor attention(State& s, const Pass& pass, const at::Tensor& x) const {
    const auto& c = m_config;
    at::Tensor q, k, v;
    if (c.fused) {
      const auto all = pass.linear(m_prefix + "self_attn.qkv_proj", x);
      const int64_t queries = c.heads * c.headWidth, keys = c.keyValueHeads * c.headWidth;
      q = all.narrow(2, 0, queries);
      k = all.narrow(2, queries, keys);
      v = all.narrow(2, queries + keys, keys);
    } else {
      q = pass.linear(m_prefix + "self_attn.q_proj", x);
      k = pass.linear(m_prefix + "self_attn.k_proj", x);
      v = pass.linear(m_prefix + "self_attn.v_proj", x);
    }
    q = compared(s, pass, "self_attn.q_norm", q);
    KeyValue kv{compared(s, pass, "self_attn.k_norm", k), v.contiguous()};
    appendToCache(s.decoding.get(), name(), kv);
    const double scale = c.attentionScale > 0 ? c.attentionScale : attentionScale(q, c.heads);
    const auto& bias = m_windowed ? s.fixed.at(kWindowBias) : s.attentionBias;
    return pass.linear(m_prefix + "self_attn.o_proj",
                       attend(q.contiguous(), kv.key, kv.value, c.heads, scale, bias, c.attentionCap));
  }

  at::Tensor feedForward(const State& s, const Pass& pass, const at::Tensor& x) const {
    if (m_routed) {
      const auto real = s.fixed.find(kRoutedPlaces);
      return routedFeedForward(pass, m_config, m_prefix, x,
                               real == s.fixed.end() ? at::Tensor() : real->second);
    }
    at::Tensor gate, up;
    if (m_config.fused) {
      const auto both = pass.linear(m_prefix + "mlp.gate_up_proj", x).chunk(2, -1);
      gate = both[0].contiguous(), up = both[1];
    } else {
      gate = pass.linear(m_prefix + "mlp.gate_proj", x);
      up = pass.linear(m_prefix + "mlp.up_proj", x);
    }
    return pass.linear(m_prefix + "mlp.down_proj",
                       productOf(activate(m_config.activation, std::move(gate)), up));
  }

  DecoderConfig m_config;
  bool m_windowed, m_rotates, m_routed;
  std::string m_prefix, m_record;
};

}  // namespace

at::Tensor decoderNorm(const Pass& pass, const DecoderConfig& c, const std::string& name,
                       const at::Tensor& x) {
  if (!c.normsAroundOne) return pass.rmsNorm(name, x, c.epsilon);
  const auto weight = pass.weight(name + ".weight") + 1;
  if (hasTangents(x)) return rmsNormWithTangents(x, weight, c.epsilon);
  return x * at::rsqrt(x.square().mean(-1, true) + c.epsilon) * weight;
}

void addDecoderLayer(Model& model, const DecoderConfig& c, const std::string& root, int64_t i,
                     std::string record) {
  const int64_t queries = c.heads * c.headWidth, keys = c.keyValueHeads * c.headWidth;
  BlockBuilder b(model, root + "layers." + std::to_string(i), Component::Language);
  if (c.fused) {
    b.matrix("self_attn.qkv_proj", queries + 2 * keys, c.width, c.queryBias);
  } else {
    b.matrix("self_attn.q_proj", queries, c.width, c.queryBias);
    b.matrix("self_attn.k_proj", keys, c.width, c.queryBias);
    b.matrix("self_attn.v_proj", keys, c.width, c.queryBias);
  }
  b.matrix("self_attn.o_proj", c.width, queries, c.outputBias);
  if (c.routed[size_t(i)]) {
    declareExperts(b, c);
  } else if (c.fused) {
    b.matrix("mlp.gate_up_proj", 2 * c.inner, c.width, c.feedForwardBias);
  } else {
    b.matrix("mlp.gate_proj", c.inner, c.width, c.feedForwardBias);
    b.matrix("mlp.up_proj", c.inner, c.width, c.feedForwardBias);
  }
  if (!c.routed[size_t(i)]) b.matrix("mlp.down_proj", c.width, c.inner, c.feedForwardBias);
  if (c.normsHeads) {
    b.tensor("self_attn.q_norm.weight", {c.headWidth});
    b.tensor("self_attn.k_norm.weight", {c.headWidth});
  }
  b.tensor("input_layernorm.weight", {c.width});
  b.tensor("post_attention_layernorm.weight", {c.width});
  if (c.normsOutputs) {
    b.tensor("pre_feedforward_layernorm.weight", {c.width});
    b.tensor("post_feedforward_layernorm.weight", {c.width});
  }
  model.add(std::make_unique<DecoderLayer>(b.description(), c, i, std::move(record)));
}

}  // namespace espalier
