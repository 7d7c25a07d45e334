#include <algorithm>

#include "core/model/families/decoder_stack.h"
#include "core/model/families/families.h"
#include "core/model/layers/decoder_input.h"

namespace espalier {

namespace {

constexpr const char* kTextRoot = "model.";

class TextDecoderStart : public Block {
 public:
  explicit TextDecoderStart(const DecoderConfig& config)
      : Block({std::string(kTextRoot) + "embed_tokens", Component::Language, false, {}}), m_config(config) {}
  void run(State& s, const Pass& pass) const override {
    const auto in = decoderInput(s);
    const int64_t length = in.ids.size(1);
    const auto mask = maskWithPast(s, in.mask, length);
    // As the reference does: a forward pass counts padding, generation does not. Rotary positions are
    // relative, so that both give the same.
    const auto positions = s.decoding ? positionsByMask(mask, length, in.past, 1, in.ids.device())
                                      : positionsByPlace(length, in.past, in.ids.device());
    startDecoder(s, pass, m_config,
                 {decoderTokens(pass, m_config, kTextRoot, in.ids), mask, positions, in.past, {}});
  }

 private:
  DecoderConfig m_config;
};

}  // namespace

std::shared_ptr<const Model> buildTextDecoder(const ModelSource& source) {
  auto c = DecoderConfig::parse(source.config, source.generation, "llama");
  c.tied = source.tiesHead("lm_head.weight", c.tied);
  auto family = c.family;
  std::replace(family.begin(), family.end(), '_', '-');
  auto model = std::make_shared<Model>(family, ModelTask::Continue, source.config);
  declareDecoderStart(*model, c, kTextRoot);
  model->beginDecoder();
  model->add(std::make_unique<TextDecoderStart>(c));
  addDecoder(*model, c, kTextRoot, "");
  model->setGeneration({0, givenPrompt, c.endTokens, c.padToken});
  return model;
}

}  // namespace espalier
