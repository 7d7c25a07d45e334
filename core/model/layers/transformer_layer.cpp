#include "core/model/layers/transformer_layer.h"

#include "core/model/block_builder.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/rotary.h"

namespace espalier {

namespace {

class TransformerLayer : public Block {
 public:
  TransformerLayer(BlockDescription d, TransformerLayerSpec spec, std::string record)
      : Block(std::move(d)), m_spec(std::move(spec)), m_prefix(name() + "."), m_record(std::move(record)) {}

  void run(State& s, const Pass& pass) const override {
    for (size_t part = 0; part < parts(); ++part) runPart(part, s, pass);
  }
  size_t parts() const override { return 2; }
  void runPart(size_t part, State& s, const Pass& pass) const override {
    if (!s.hidden.defined()) return;  // texts without pictures
    if (part == 0)
      return half(s, pass, m_spec.norm1, m_spec.scale1,
                  [&](const at::Tensor& x) { return attention(s, pass, x); });
    half(s, pass, m_spec.norm2, m_spec.scale2,
         [&](const at::Tensor& x) { return pass.linear(m_prefix + m_spec.fc2, innerOf(pass, x)); });
    pass.record(m_record, s.hidden);
  }
  bool endsPart(const std::string& weight) const override {
    return m_spec.normFirst &&
           (weight == m_prefix + m_spec.out + ".weight" || weight == m_prefix + m_spec.fc2 + ".weight");
  }

 private:
  template <typename F>
  void half(State& s, const Pass& pass, const std::string& norm, const std::string& scale, const F& f) const {
    const auto normalised = [&](const at::Tensor& x) {
      return m_spec.rmsNorms ? pass.rmsNorm(m_prefix + norm, x, m_spec.epsilon)
                             : pass.layerNorm(m_prefix + norm, x, m_spec.epsilon);
    };
    auto y = f(m_spec.normFirst ? normalised(s.hidden) : s.hidden);
    if (!scale.empty()) y = y * pass.weight(m_prefix + scale);
    s.hidden = sumOf(s.hidden, y);
    if (!m_spec.normFirst) s.hidden = normalised(s.hidden);
  }

  at::Tensor innerOf(const Pass& pass, const at::Tensor& x) const {
    auto first = pass.linear(m_prefix + m_spec.fc1, x);
    if (m_spec.gatesInOne) {
      const auto halves = first.chunk(2, -1);
      return activate(m_spec.activation, halves[0]) * halves[1];
    }
    const auto inner = activate(m_spec.activation, std::move(first));
    return m_spec.gated.empty() ? inner : productOf(inner, pass.linear(m_prefix + m_spec.gated, x));
  }

  at::Tensor attention(const State& s, const Pass& pass, const at::Tensor& x) const {
    at::Tensor q;
    KeyValue kv;
    if (m_spec.qkv.size() == 1) {
      const auto fused = m_spec.queryBias.empty() ? pass.linear(m_prefix + m_spec.qkv[0], x)
                                                  : pass.linear(m_prefix + m_spec.qkv[0], x, evaBias(pass));
      const auto parts = fused.chunk(3, 2);
      q = parts[0];
      kv = {parts[1], parts[2]};
    } else {
      q = pass.linear(m_prefix + m_spec.qkv[0], x);
      kv = {pass.linear(m_prefix + m_spec.qkv[1], x), pass.linear(m_prefix + m_spec.qkv[2], x)};
    }
    if (!m_spec.queryNorm.empty()) q = pass.rmsNorm(m_prefix + m_spec.queryNorm, q, m_spec.epsilon);
    if (!m_spec.keyNorm.empty()) kv.key = pass.rmsNorm(m_prefix + m_spec.keyNorm, kv.key, m_spec.epsilon);
    if (m_spec.rotates) q = rotated(q, s.rotary), kv.key = rotated(kv.key, s.rotary);
    appendToCache(s.decoding.get(), name(), kv);
    const auto bias =
        m_spec.relativeTable.empty() ? s.attentionBias : addBias(relativeBias(pass), s.attentionBias);
    const auto y = attend(q, kv.key, kv.value, m_spec.heads, attentionScale(q, m_spec.heads), bias);
    return pass.linear(m_prefix + m_spec.out, y);
  }

  at::Tensor evaBias(const Pass& pass) const {
    const auto query = pass.weight(m_prefix + m_spec.queryBias);
    return at::cat({query, at::zeros_like(query), pass.weight(m_prefix + m_spec.valueBias)});
  }

  at::Tensor relativeBias(const Pass& pass) const {
    const int64_t length = m_spec.relativeIndex.size(0);
    return pass.weight(m_spec.relativeTable)
        .index_select(0, m_spec.relativeIndex.flatten().to(pass.weights.device()))
        .view({1, length, length, m_spec.heads})
        .permute({0, 3, 1, 2});
  }

  TransformerLayerSpec m_spec;
  std::string m_prefix, m_record;
};

}  // namespace

void addTransformerLayer(Model& model, const std::string& name, Component component,
                         const TransformerLayerSpec& spec, const std::string& record) {
  BlockBuilder b(model, name, component);
  const int64_t attention = spec.attentionWidth ? spec.attentionWidth : spec.width;
  const int64_t fused = spec.qkv.size() == 1 ? 3 : 1;
  const bool hasBias[] = {spec.queryHasBias, spec.keyHasBias, spec.valueHasBias};
  for (size_t i = 0; i < spec.qkv.size(); ++i)
    b.matrix(spec.qkv[i], fused * attention, spec.width, spec.qkvHasBias && (fused > 1 || hasBias[i]));
  b.matrix(spec.out, spec.width, attention, spec.othersHaveBias && spec.outHasBias);
  const bool mlpHasBias = spec.othersHaveBias && spec.mlpHasBias;
  b.matrix(spec.fc1, (spec.gatesInOne ? 2 : 1) * spec.inner, spec.width, mlpHasBias);
  if (!spec.gated.empty()) b.matrix(spec.gated, spec.inner, spec.width, mlpHasBias);
  b.matrix(spec.fc2, spec.width, spec.inner, mlpHasBias);
  if (spec.normsHaveWeights)
    for (const auto& norm : {spec.norm1, spec.norm2}) {
      if (spec.rmsNorms)
        b.tensor(norm + ".weight", {spec.width});
      else
        b.layerNorm(norm, spec.width);
    }
  for (const auto& norm : {spec.queryNorm, spec.keyNorm})
    if (!norm.empty()) b.tensor(norm + ".weight", {attention});
  for (const auto& bias : {spec.queryBias, spec.valueBias})
    if (!bias.empty()) b.tensor(bias, {attention});
  for (const auto& scale : {spec.scale1, spec.scale2})
    if (!scale.empty()) b.tensor(scale, {spec.width});
  model.add(std::make_unique<TransformerLayer>(b.description(), spec, record));
}

}  // namespace espalier
