#include "core/model/families/families.h"
#include "core/model/families/opt_stack.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"

namespace espalier {

namespace {

const std::string kRoot = "model.decoder.";

class OptEmbedding : public Block {
 public:
  explicit OptEmbedding(const OptConfig& config)
      : Block({kRoot + "embed_tokens", Component::Language, false, {}}), m_config(config) {}
  void run(State& s, const Pass& pass) const override {
    const auto in = decoderInput(s);
    startOpt(s, pass, m_config, kRoot, embedTokens(pass, name() + ".weight", in.ids), in.mask, in.past);
  }

 private:
  OptConfig m_config;
};

}  // namespace

std::shared_ptr<const Model> buildOpt(const ModelSource& source) {
  auto model = std::make_shared<Model>("opt", ModelTask::Continue, source.config);
  const auto c = OptConfig::parse(source.config, source.generation);
  declareOptStart(*model, c, kRoot);
  model->beginDecoder();
  model->add(std::make_unique<OptEmbedding>(c));
  addOpt(*model, c, kRoot, "");
  model->setGeneration({0, givenPrompt, c.endTokens, c.padToken, c.positions});
  return model;
}

}  // namespace espalier
