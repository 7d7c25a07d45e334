#include "core/model/block_builder.h"
#include "core/model/families/qwen_text.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/gated_delta.h"

namespace espalier {

namespace {

// Of each head of x [N, L, heads * width].
at::Tensor normOfHeads(const QwenTextConfig& c, const Pass& pass, const std::string& name,
                       const at::Tensor& x) {
  return qwenTextNorm(c, pass, name, x.reshape({x.size(0), x.size(1), -1, c.headWidth})).view(x.sizes());
}

// Turns the first rotaryWidth numbers of each head.
at::Tensor turnedHeads(const QwenTextConfig& c, const at::Tensor& x, const at::Tensor& tables) {
  if (c.rotaryWidth == c.headWidth) return rotated(x, tables);
  const auto heads = x.reshape({x.size(0), x.size(1), -1, c.headWidth});
  const auto turned = rotated(heads.narrow(3, 0, c.rotaryWidth).flatten(2), tables);
  const auto rest = heads.narrow(3, c.rotaryWidth, c.headWidth - c.rotaryWidth);
  return at::cat({turned.view({x.size(0), x.size(1), -1, c.rotaryWidth}), rest}, 3).view(x.sizes());
}

// One decoder layer; what mixes positions is the derived class's.
class QwenTextLayer : public Block {
 public:
  QwenTextLayer(BlockDescription d, const QwenTextConfig& config, std::string mixerOut, std::string record)
      : Block(std::move(d)),
        m_config(config),
        m_prefix(name() + "."),
        m_mixerOut(m_prefix + mixerOut),
        m_record(std::move(record)) {}

  void run(State& s, const Pass& pass) const override {
    for (size_t part = 0; part < parts(); ++part) runPart(part, s, pass);
  }
  size_t parts() const override { return 2; }
  void runPart(size_t part, State& s, const Pass& pass) const override {
    if (part == 0) {
      const auto x = qwenTextNorm(m_config, pass, m_prefix + "input_layernorm", s.hidden);
      s.hidden = sumOf(s.hidden, pass.linear(m_mixerOut, mixed(s, pass, x)));
      return;
    }
    const auto x = qwenTextNorm(m_config, pass, m_prefix + "post_attention_layernorm", s.hidden);
    const auto inner = productOf(activate(m_config.activation, pass.linear(m_prefix + "mlp.gate_proj", x)),
                                 pass.linear(m_prefix + "mlp.up_proj", x));
    s.hidden = sumOf(s.hidden, pass.linear(m_prefix + "mlp.down_proj", inner));
    pass.record(m_record, s.hidden);
  }
  bool endsPart(const std::string& weight) const override {
    return weight == m_mixerOut + ".weight" || weight == m_prefix + "mlp.down_proj.weight";
  }

 protected:
  // What the output projection is given.
  virtual at::Tensor mixed(State& s, const Pass& pass, const at::Tensor& x) const = 0;
  const QwenTextConfig& config() const { return m_config; }
  const std::string& prefix() const { return m_prefix; }

 private:
  QwenTextConfig m_config;
  std::string m_prefix, m_mixerOut, m_record;
};

class QwenAttentionLayer : public QwenTextLayer {
 public:
  QwenAttentionLayer(BlockDescription d, const QwenTextConfig& config, bool slides, std::string record)
      : QwenTextLayer(std::move(d), config, "self_attn.o_proj", std::move(record)), m_slides(slides) {}

 protected:
  at::Tensor mixed(State& s, const Pass& pass, const at::Tensor& x) const override {
    const auto& c = config();
    const auto p = prefix() + "self_attn.";
    auto q = pass.linear(p + "q_proj", x), k = pass.linear(p + "k_proj", x);
    at::Tensor gate;
    if (c.kind == QwenTextKind::Qwen35) {
      // Each head's query, and behind it its gate.
      const auto both = q.view({q.size(0), q.size(1), c.heads, 2, c.headWidth});
      q = both.select(3, 0).flatten(2), gate = both.select(3, 1).flatten(2);
    }
    if (c.kind != QwenTextKind::Qwen2)
      q = normOfHeads(c, pass, p + "q_norm", q), k = normOfHeads(c, pass, p + "k_norm", k);
    q = turnedHeads(c, q, s.rotary);
    KeyValue kv{turnedHeads(c, k, s.rotary), pass.linear(p + "v_proj", x)};
    appendToCache(s.decoding.get(), name(), kv);
    const auto& bias = m_slides ? s.fixed.at(kQwenWindowBias) : s.attentionBias;
    const auto y = attend(q, kv.key, kv.value, c.heads, attentionScale(q, c.heads), bias);
    return gate.defined() ? productOf(y, at::sigmoid(gate)) : y;
  }

 private:
  bool m_slides;
};

// The gated delta rule in place of attention, behind a short convolution.
class QwenDeltaLayer : public QwenTextLayer {
 public:
  QwenDeltaLayer(BlockDescription d, const QwenTextConfig& config, std::string record)
      : QwenTextLayer(std::move(d), config, "linear_attn.out_proj", std::move(record)) {}

 protected:
  at::Tensor mixed(State& s, const Pass& pass, const at::Tensor& given) const override {
    const auto& c = config();
    const auto p = prefix() + "linear_attn.";
    // Padding must leave no trace in what is remembered.
    const auto mask = decoderInput(s).mask;
    const auto x = mask.defined() ? productOf(given, mask.to(given.scalar_type()).unsqueeze(2)) : given;
    const auto qkv = pass.linear(p + "in_proj_qkv", x), z = pass.linear(p + "in_proj_z", x);
    auto beta = at::sigmoid(pass.linear(p + "in_proj_b", x)), change = pass.linear(p + "in_proj_a", x);
    at::Tensor before = remembered(s, "before"), memory = remembered(s, "memory");
    auto convolved = at::silu(causalConvolution(qkv, pass.weight(p + "conv1d.weight"), before));
    for (auto* t : {&beta, &change}) matchForks(convolved, *t);
    matchForks(convolved, beta);
    const int64_t keys = c.keyHeads * c.keyWidth, values = c.valueHeads * c.valueWidth;
    const auto heads = [&](const at::Tensor& t, int64_t first, int64_t size, int64_t width) {
      return t.narrow(2, first, size).reshape({t.size(0), t.size(1), -1, width});
    };
    const int64_t sharing = c.valueHeads / c.keyHeads;
    const auto shared = [&](const at::Tensor& t) {
      return sharing == 1 ? t : t.repeat_interleave(sharing, 2);
    };
    const auto decay = -pass.weight(p + "A_log").exp() * at::softplus(change + pass.weight(p + "dt_bias"));
    const auto y = gatedDelta(shared(heads(convolved, 0, keys, c.keyWidth)),
                              shared(heads(convolved, keys, keys, c.keyWidth)),
                              heads(convolved, 2 * keys, values, c.valueWidth), decay, beta, memory);
    if (auto* d = s.decoding.get()) {
      d->remembered[name() + " before"] = before;
      d->remembered[name() + " memory"] = memory;
    }
    const auto normed = pass.rmsNorm(p + "norm", y, c.epsilon).flatten(2);
    return productOf(normed, at::silu(z));
  }

 private:
  at::Tensor remembered(const State& s, const std::string& what) const {
    if (!s.decoding) return {};
    const auto it = s.decoding->remembered.find(name() + " " + what);
    return it == s.decoding->remembered.end() ? at::Tensor() : it->second;
  }
};

}  // namespace

at::Tensor qwenTextNorm(const QwenTextConfig& c, const Pass& pass, const std::string& name,
                        const at::Tensor& x) {
  if (c.kind != QwenTextKind::Qwen35) return pass.rmsNorm(name, x, c.epsilon);
  return x * at::rsqrt(x.square().mean(-1, true) + c.epsilon) * (pass.weight(name + ".weight") + 1);
}

void addQwenTextLayer(Model& model, const QwenTextConfig& c, const std::string& root, int64_t i,
                      const std::string& record) {
  BlockBuilder b(model, root + "layers." + std::to_string(i), Component::Language);
  const auto& type = c.layerTypes[size_t(i)];
  if (type == "linear_attention") {
    const int64_t values = c.valueHeads * c.valueWidth, all = 2 * c.keyHeads * c.keyWidth + values;
    b.matrix("linear_attn.in_proj_qkv", all, c.width, false);
    b.matrix("linear_attn.in_proj_z", values, c.width, false);
    b.matrix("linear_attn.in_proj_b", c.valueHeads, c.width, false);
    b.matrix("linear_attn.in_proj_a", c.valueHeads, c.width, false);
    b.matrix("linear_attn.out_proj", c.width, values, false);
    b.tensor("linear_attn.conv1d.weight", {all, 1, c.kernel});
    b.tensor("linear_attn.A_log", {c.valueHeads});
    b.tensor("linear_attn.dt_bias", {c.valueHeads});
    b.tensor("linear_attn.norm.weight", {c.valueWidth});
  } else {
    const int64_t queries = c.heads * c.headWidth, keys = c.keyValueHeads * c.headWidth;
    const bool gated = c.kind == QwenTextKind::Qwen35;
    b.matrix("self_attn.q_proj", gated ? 2 * queries : queries, c.width, c.attentionBias);
    b.matrix("self_attn.k_proj", keys, c.width, c.attentionBias);
    b.matrix("self_attn.v_proj", keys, c.width, c.attentionBias);
    b.matrix("self_attn.o_proj", c.width, queries, c.attentionBias && c.kind != QwenTextKind::Qwen2);
    if (c.kind != QwenTextKind::Qwen2)
      for (const char* n : {"self_attn.q_norm.weight", "self_attn.k_norm.weight"}) b.tensor(n, {c.headWidth});
  }
  b.matrix("mlp.gate_proj", c.inner, c.width, false);
  b.matrix("mlp.up_proj", c.inner, c.width, false);
  b.matrix("mlp.down_proj", c.width, c.inner, false);
  b.tensor("input_layernorm.weight", {c.width});
  b.tensor("post_attention_layernorm.weight", {c.width});
  if (type == "linear_attention")
    model.add(std::make_unique<QwenDeltaLayer>(b.description(), c, record));
  else
    model.add(std::make_unique<QwenAttentionLayer>(b.description(), c, type == "sliding_attention", record));
}

}  // namespace espalier
