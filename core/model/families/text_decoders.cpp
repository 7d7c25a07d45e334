#include <algorithm>

#include "core/model/families/decoder_stack.h"
#include "core/model/families/families.h"
#include "core/model/layers/decoder_input.h"

namespace espalier {

namespace {

class TextDecoderStart : public Block {
 public:
  TextDecoderStart(const DecoderConfig& config, const std::string& root)
      : Block({root + "embed_tokens", Component::Language, false, {}}),
        m_config(config),
        m_root(root),
        m_rereadsAt(config.family == "phi3" ? config.rotary.changesAt() : 0) {}
  void run(State& s, const Pass& pass) const override {
    if (s.decoding && m_rereadsAt > 0) rereadWhenDue(*s.decoding);
    const auto in = decoderInput(s);
    const int64_t length = in.ids.size(1);
    const auto mask = maskWithPast(s, in.mask, length);
    // As the reference does: a forward pass counts padding, generation does not. Rotary positions are
    // relative, so that both give the same.
    const auto positions = s.decoding ? positionsByMask(mask, length, in.past, 1, in.ids.device())
                                      : positionsByPlace(length, in.past, in.ids.device());
    startDecoder(s, pass, m_config,
                 {decoderTokens(pass, m_config, m_root, in.ids), mask, positions, in.past, {}});
  }

 private:
  // A text of Phi-3 that grows to the length from which all its places are turned otherwise is read anew from
  // its beginning, padding included, as the reference does it.
  void rereadWhenDue(Decoding& d) const {
    auto& whole = d.remembered["tokens so far"];
    whole = whole.defined() ? at::cat({whole, d.tokens}, 1) : d.tokens;
    if (d.position == 0 || d.position >= m_rereadsAt || whole.size(1) < m_rereadsAt) return;
    if (d.mask.defined())
      d.tokenMask = at::cat({d.mask, at::ones_like(d.tokens).to(d.mask.scalar_type())}, 1);
    d.tokens = whole;
    d.mask = at::Tensor();
    d.position = 0;
    d.cache.clear();
  }

  DecoderConfig m_config;
  std::string m_root;
  int64_t m_rereadsAt;  // 0: never
};

}  // namespace

std::shared_ptr<const Model> buildTextDecoder(const ModelSource& source) {
  auto c = DecoderConfig::parse(source.config, source.generation, "llama");
  c.tied = source.tiesHead("lm_head.weight", c.tied);
  auto family = c.family;
  std::replace(family.begin(), family.end(), '_', '-');
  auto model = std::make_shared<Model>(family, ModelTask::Continue, source.config);
  // Without its head a model is stored under the names of its parts alone (Qwen3-Embedding).
  const auto root = source.prefixOf("embed_tokens.weight", {"model.", ""});
  declareDecoderStart(*model, c, root);
  model->beginDecoder();
  model->add(std::make_unique<TextDecoderStart>(c, root));
  addDecoder(*model, c, root, "");
  model->setGeneration({0, givenPrompt, c.endTokens, c.padToken});
  return model;
}

}  // namespace espalier
