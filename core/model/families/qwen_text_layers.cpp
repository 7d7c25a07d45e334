#include "core/model/block_builder.h"
#include "core/model/families/decoder_layer.h"
#include "core/model/families/qwen_text.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/gated_delta.h"

namespace espalier {

namespace {

// A layer of Qwen3.5; what mixes positions is the derived class's.
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
      const auto x = decoderNorm(pass, m_config, m_prefix + "input_layernorm", s.hidden);
      s.hidden = sumOf(s.hidden, pass.linear(m_mixerOut, mixed(s, pass, x)));
      return;
    }
    const auto x = decoderNorm(pass, m_config, m_prefix + "post_attention_layernorm", s.hidden);
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

// Attention with a gate on what it puts out.
class QwenGatedAttentionLayer : public QwenTextLayer {
 public:
  QwenGatedAttentionLayer(BlockDescription d, const QwenTextConfig& config, std::string record)
      : QwenTextLayer(std::move(d), config, "self_attn.o_proj", std::move(record)) {}

 protected:
  at::Tensor mixed(State& s, const Pass& pass, const at::Tensor& x) const override {
    const auto& c = config();
    const auto p = prefix() + "self_attn.";
    const auto inHeads = [&](const at::Tensor& t, std::vector<int64_t> each) {
      each.insert(each.begin(), {t.size(0), t.size(1), -1});
      return t.reshape(each);
    };
    const auto compared = [&](const char* norm, const at::Tensor& heads) {
      return rotated(decoderNorm(pass, c, p + norm, heads).flatten(2), s.rotary, c.headWidth);
    };
    // Each head's query, and behind it its gate.
    const auto both = inHeads(pass.linear(p + "q_proj", x), {2, c.headWidth});
    const auto q = compared("q_norm", both.select(3, 0)), gate = both.select(3, 1).flatten(2);
    KeyValue kv{compared("k_norm", inHeads(pass.linear(p + "k_proj", x), {c.headWidth})),
                pass.linear(p + "v_proj", x)};
    appendToCache(s.decoding.get(), name(), kv);
    const auto y = attend(q, kv.key, kv.value, c.heads, attentionScale(q, c.heads), s.attentionBias);
    return productOf(y, at::sigmoid(gate));
  }
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

void addQwenTextLayer(Model& model, const QwenTextConfig& c, const std::string& root, int64_t i,
                      const std::string& record) {
  if (c.kind != QwenTextKind::Qwen35) return addDecoderLayer(model, c, root, i, record);
  BlockBuilder b(model, root + "layers." + std::to_string(i), Component::Language);
  const bool remembers = c.remembers[size_t(i)];
  if (remembers) {
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
    b.matrix("self_attn.q_proj", 2 * queries, c.width, c.queryBias);
    b.matrix("self_attn.k_proj", keys, c.width, c.queryBias);
    b.matrix("self_attn.v_proj", keys, c.width, c.queryBias);
    b.matrix("self_attn.o_proj", c.width, queries, c.outputBias);
    for (const char* n : {"self_attn.q_norm.weight", "self_attn.k_norm.weight"}) b.tensor(n, {c.headWidth});
  }
  b.matrix("mlp.gate_proj", c.inner, c.width, false);
  b.matrix("mlp.up_proj", c.inner, c.width, false);
  b.matrix("mlp.down_proj", c.width, c.inner, false);
  b.tensor("input_layernorm.weight", {c.width});
  b.tensor("post_attention_layernorm.weight", {c.width});
  if (remembers)
    model.add(std::make_unique<QwenDeltaLayer>(b.description(), c, record));
  else
    model.add(std::make_unique<QwenGatedAttentionLayer>(b.description(), c, record));
}

}  // namespace espalier
