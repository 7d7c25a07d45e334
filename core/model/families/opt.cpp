#include "core/model/families/families.h"
#include "core/model/families/opt_stack.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"

namespace espalier {

namespace {

class OptEmbedding : public Block {
 public:
  OptEmbedding(const OptConfig& config, std::string root)
      : Block({root + "embed_tokens", Component::Language, false, {}}),
        m_config(config),
        m_root(std::move(root)) {}
  void run(State& s, const Pass& pass) const override {
    const auto in = decoderInput(s);
    startOpt(s, pass, m_config, m_root, embedTokens(pass, name() + ".weight", in.ids), in.mask, in.past);
  }

 private:
  OptConfig m_config;
  std::string m_root;
};

}  // namespace

std::shared_ptr<const Model> buildOpt(const ModelSource& source) {
  auto model = std::make_shared<Model>("opt", ModelTask::Continue, source.config);
  auto c = OptConfig::parse(source.config, source.generation);
  c.tied = source.tiesHead("lm_head.weight", c.tied);
  // The published checkpoints were saved from the decoder without its head.
  const auto root = source.prefixOf("embed_tokens.weight", {"model.decoder.", "decoder."});
  declareOptStart(*model, c, root);
  model->beginDecoder();
  model->add(std::make_unique<OptEmbedding>(c, root));
  addOpt(*model, c, root, "");
  model->setGeneration({0, givenPrompt, c.endTokens, c.padToken, c.positions});
  return model;
}

}  // namespace espalier
