#include "core/model/families/families.h"
#include "core/model/families/llama_stack.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"

namespace espalier {

namespace {

class LlamaEmbedding : public Block {
 public:
  explicit LlamaEmbedding(const LlamaConfig& config)
      : Block({"model.embed_tokens", Component::Language, false, {}}), m_config(config) {}
  void run(State& s, const Pass& pass) const override {
    const auto in = decoderInput(s);
    const int64_t length = in.ids.size(1);
    const auto mask = maskWithPast(s, in.mask, length);
    // As the reference does: a forward pass counts padding, generation does not. Rotary positions are
    // relative, so that both give the same.
    const auto positions = s.decoding ? positionsByMask(mask, length, in.past, 1, in.ids.device())
                                      : positionsByPlace(length, in.past, in.ids.device());
    startLlama(s, pass, m_config, embedTokens(pass, name() + ".weight", in.ids), mask, positions, in.past);
  }

 private:
  LlamaConfig m_config;
};

}  // namespace

std::shared_ptr<const Model> buildLlama(const ModelSource& source) {
  auto model = std::make_shared<Model>("llama", ModelTask::Continue, source.config);
  auto c = LlamaConfig::parse(source.config, source.generation);
  c.tied = source.tiesHead("lm_head.weight", c.tied);
  declareLlamaStart(*model, c, "model.");
  model->beginDecoder();
  model->add(std::make_unique<LlamaEmbedding>(c));
  addLlama(*model, c, "model.", "");
  model->setGeneration({0, givenPrompt, c.endTokens, c.padToken});
  return model;
}

}  // namespace espalier
