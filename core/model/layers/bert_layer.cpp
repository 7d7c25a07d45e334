#include "core/model/layers/bert_layer.h"

#include "core/model/block_builder.h"
#include "core/model/layers/attention.h"

namespace espalier {

namespace {

at::Tensor addAndNorm(const BertLayerSpec& spec, const std::string& norm, const Pass& pass,
                      const at::Tensor& x, const at::Tensor& y) {
  return pass.layerNorm(norm, sumOf(x, y), spec.epsilon);
}

// kind is "attention" or "crossattention".
at::Tensor attentionPart(const BertLayerSpec& spec, const std::string& prefix, const Pass& pass,
                         Decoding* decoding, const at::Tensor& x, const at::Tensor& bias,
                         const at::Tensor* context) {
  const std::string projections = prefix + "." + spec.projections + ".";
  const auto q = pass.linear(projections + "query", x);
  const auto make = [&] {
    const auto& source = context ? *context : x;
    return KeyValue{pass.linear(projections + "key", source), pass.linear(projections + "value", source)};
  };
  KeyValue kv;
  if (context) {
    kv = cachedOnce(decoding, prefix, make);
  } else {
    kv = make();
    appendToCache(decoding, prefix, kv);
  }
  const auto y = attend(q, kv.key, kv.value, spec.heads, attentionScale(q, spec.heads), bias);
  return addAndNorm(spec, prefix + ".output.LayerNorm", pass, x, pass.linear(prefix + ".output.dense", y));
}

at::Tensor feedForwardPart(const BertLayerSpec& spec, const std::string& intermediate,
                           const std::string& output, const Pass& pass, const at::Tensor& x) {
  const auto inner = activate(spec.activation, pass.linear(intermediate + ".dense", x));
  return addAndNorm(spec, output + ".LayerNorm", pass, x, pass.linear(output + ".dense", inner));
}

class BertLayer : public Block {
 public:
  BertLayer(BlockDescription d, BertLayerSpec spec, std::string record)
      : Block(std::move(d)), m_spec(std::move(spec)), m_record(std::move(record)) {}
  void run(State& s, const Pass& pass) const override {
    s.hidden = runBertLayer(m_spec, name(), pass, s.decoding.get(), s.hidden, s.attentionBias,
                            m_spec.contextWidth ? s.context : at::Tensor(), s.contextBias);
    pass.record(m_record, s.hidden);
  }

 private:
  BertLayerSpec m_spec;
  std::string m_record;
};

}  // namespace

at::Tensor runBertLayer(const BertLayerSpec& spec, const std::string& name, const Pass& pass,
                        Decoding* decoding, const at::Tensor& x, const at::Tensor& bias,
                        const at::Tensor& context, const at::Tensor& contextBias) {
  auto y = attentionPart(spec, name + ".attention", pass, decoding, x, bias, nullptr);
  at::Tensor text;
  if (spec.queries > 0) {
    const auto behind = y.slice(1, spec.queries);
    text = feedForwardPart(spec, name + ".intermediate", name + ".output", pass, behind.contiguous());
    y = y.narrow(1, 0, spec.queries).contiguous();
  }
  if (context.defined())
    y = attentionPart(spec, name + ".crossattention", pass, decoding, y, contextBias, &context);
  y = feedForwardPart(spec, name + "." + spec.intermediate, name + "." + spec.output, pass, y);
  if (!text.defined()) return y;
  matchForks(y, text);
  return at::cat({y, text}, 1);
}

BlockDescription declareBertLayer(Model& model, const std::string& name, Component component,
                                  const BertLayerSpec& spec, bool prunedByDefault) {
  BlockBuilder b(model, name, component, prunedByDefault);
  const auto attention = [&](const std::string& kind, int64_t source) {
    const std::string projections = kind + "." + spec.projections + ".";
    b.matrix(projections + "query", spec.width, spec.width, true);
    b.matrix(projections + "key", spec.width, source, true);
    b.matrix(projections + "value", spec.width, source, true);
    b.matrix(kind + ".output.dense", spec.width, spec.width, true);
    b.layerNorm(kind + ".output.LayerNorm", spec.width);
  };
  attention("attention", spec.width);
  if (spec.contextWidth) attention("crossattention", spec.contextWidth);
  const auto feedForward = [&](const std::string& intermediate, const std::string& output) {
    b.matrix(intermediate + ".dense", spec.inner, spec.width, true);
    b.matrix(output + ".dense", spec.width, spec.inner, true);
    b.layerNorm(output + ".LayerNorm", spec.width);
  };
  feedForward(spec.intermediate, spec.output);
  if (spec.queries > 0) feedForward("intermediate", "output");
  return b.description();
}

void addBertLayer(Model& model, const std::string& name, Component component, const BertLayerSpec& spec,
                  const std::string& record, bool prunedByDefault) {
  auto d = declareBertLayer(model, name, component, spec, prunedByDefault);
  model.add(std::make_unique<BertLayer>(std::move(d), spec, record));
}

}  // namespace espalier
