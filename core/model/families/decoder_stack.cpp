#include "core/model/families/decoder_stack.h"

#include <algorithm>
#include <cmath>

#include "core/model/families/decoder_layer.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"
#include "core/model/layers/language_head.h"
#include "core/model/weights_compact.h"

namespace espalier {

namespace {

class DecoderHead : public Block {
 public:
  DecoderHead(const DecoderConfig& config, std::string root, const std::string& headRoot)
      : Block({headRoot + "lm_head", Component::Language, false, {}}),
        m_config(config),
        m_root(std::move(root)) {}
  void run(State& s, const Pass& pass) const override {
    const auto x = decoderNorm(pass, m_config, m_root + "norm", headInput(s, s.hidden));
    pass.record("hidden_states." + std::to_string(m_config.layers), x);
    s.logits = linearProduct(pass.weights, (m_config.tied ? m_root + "embed_tokens" : name()) + ".weight", x);
    if (m_config.logitCap > 0) s.logits = at::tanh(s.logits / m_config.logitCap) * m_config.logitCap;
    setDecoderLoss(s);
    pass.record("logits", s.logits);
  }

 private:
  DecoderConfig m_config;
  std::string m_root;
};

// What is seen although it is not before a place: everything, or what is less than a window away.
at::Tensor seenAhead(const DecoderConfig& c, int64_t length, int64_t past, int64_t window,
                     const at::Tensor& alsoSeen, at::Device device) {
  if (!c.seesAhead) return alsoSeen;
  const auto all = at::ones({length, past + length}, at::TensorOptions(at::kBool).device(device));
  const auto near = window > 0 ? all.triu(past - window + 1).tril(past + window - 1) : all;
  const auto seen = near.unsqueeze(0).unsqueeze(0);
  return alsoSeen.defined() ? seen.logical_or(alsoSeen) : seen;
}

bool contains(const std::vector<bool>& flags, bool wanted) {
  return std::find(flags.begin(), flags.end(), wanted) != flags.end();
}

}  // namespace

void declareDecoderStart(Model& model, const DecoderConfig& c, const std::string& root) {
  model.declare(root + "embed_tokens.weight", {c.vocabulary, c.width});
}

at::Tensor decoderTokens(const Pass& pass, const DecoderConfig& c, const std::string& root,
                         const at::Tensor& ids) {
  const auto embedded = embedTokens(pass, root + "embed_tokens.weight", ids);
  return c.embeddingScale == 1 ? embedded : embedded * c.embeddingScale;
}

void startDecoder(State& s, const Pass& pass, const DecoderConfig& c, const DecoderStart& start) {
  s.hidden = start.embedded;
  const int64_t length = start.embedded.size(1), whole = start.past + length;
  const auto device = start.embedded.device();
  const auto seen = [&](int64_t window) {
    return Sight{window, seenAhead(c, length, start.past, window, start.alsoSeen, device)};
  };
  s.attentionBias = decoderBias(start.mask, length, start.past, device, seen(0));
  const auto tables = [&](const RotaryEmbedding& rotary) {
    // As the reference counts: the longest text of the batch, without padding.
    const int64_t longest =
        rotary.dependsOnLength() ? start.positions.max().item<int64_t>() + 1 : start.past + length;
    return rotary.tables(start.positions, longest);
  };
  s.rotary = tables(c.rotary);
  if (contains(c.windowed, true)) {
    // As long as a text fits into the window there is one mask.
    s.fixed[kWindowBias] = whole <= c.window
                               ? s.attentionBias
                               : decoderBias(start.mask, length, start.past, device, seen(c.window));
    if (c.hasLocalRotary) s.fixed[kLocalRotary] = tables(c.localRotary);
  }
  if (contains(c.routed, true)) {
    s.fixed.erase(kRoutedPlaces);
    if (start.mask.defined())
      if (const auto real = start.mask.narrow(1, start.past, length) != 0; !real.all().item<bool>())
        s.fixed[kRoutedPlaces] = real.to(device);
  }
  pass.record("hidden_states.0", s.hidden);
}

void addDecoderHead(Model& model, const DecoderConfig& c, const std::string& root,
                    const std::string& headRoot) {
  model.declare(root + "norm.weight", {c.width});
  if (!c.tied) model.declare(headRoot + "lm_head.weight", {c.vocabulary, c.width});
  model.add(std::make_unique<DecoderHead>(c, root, headRoot));
}

void addDecoder(Model& model, const DecoderConfig& c, const std::string& root, const std::string& headRoot) {
  for (int64_t i = 0; i < c.layers; ++i)
    addDecoderLayer(model, c, root, i, i + 1 == c.layers ? "" : "hidden_states." + std::to_string(i + 1));
  addDecoderHead(model, c, root, headRoot);
}

}  // namespace espalier
