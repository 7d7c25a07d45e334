#include "core/model/block_builder.h"
#include "core/model/families/blip_vision.h"
#include "core/model/families/families.h"
#include "core/model/families/opt_stack.h"
#include "core/model/families/qformer.h"
#include "core/model/families/t5_stack.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/embedding.h"

namespace espalier {

namespace {

const std::string kProjection = "language_projection";
const std::string kOptRoot = "language_model.model.decoder.";

// The queries' output in the language model's space, for each text row.
at::Tensor projectedPictures(const State& s, const Pass& pass) {
  const auto pictures =
      at::linear(s.hidden, pass.weight(kProjection + ".weight"), pass.weight(kProjection + ".bias"));
  pass.record(kProjection, pictures);
  return pictureOfEachRow(s, pictures);
}

// Puts text behind pictures; the mask of both, where the text's is undefined all seen.
at::Tensor behind(at::Tensor pictures, at::Tensor text) {
  matchForks(pictures, text);
  return at::cat({pictures, text}, 1);
}
at::Tensor maskBehind(const at::Tensor& pictures, const at::Tensor& ids, const at::Tensor& mask) {
  return at::cat(
      {at::ones({ids.size(0), pictures.size(1)}, ids.options()), mask.defined() ? mask : at::ones_like(ids)}, 1);
}

// What T5's encoder reads: pictures and text.
class Blip2EncoderStart : public Block {
 public:
  Blip2EncoderStart() : Block({kProjection, Component::Bridge, false, {}}) {}
  void run(State& s, const Pass& pass) const override {
    const auto pictures = projectedPictures(s, pass);
    const auto& ids = s.inputs->at("input_ids");
    s.hidden = behind(pictures, embedTokens(pass, "language_model.shared.weight", ids));
    s.attentionBias = maskBias(maskBehind(pictures, ids, s.inputs->find("attention_mask")));
    s.contextBias = s.attentionBias;
    s.context = at::Tensor();
  }
};

// What OPT begins with: pictures and text; while text is generated, the new tokens.
class Blip2DecoderStart : public Block {
 public:
  explicit Blip2DecoderStart(const OptConfig& config)
      : Block({kProjection, Component::Bridge, false, {}}), m_config(config) {}
  void run(State& s, const Pass& pass) const override {
    const auto* d = s.decoding.get();
    const auto& ids = d ? d->tokens : s.inputs->at("input_ids");
    auto mask = d ? d->tokenMask : s.inputs->find("attention_mask");
    auto embedded = embedTokens(pass, kOptRoot + "embed_tokens.weight", ids);
    const int64_t past = d ? d->position : 0;
    if (past == 0) {
      const auto pictures = projectedPictures(s, pass);
      if (mask.defined()) mask = maskBehind(pictures, ids, mask);
      embedded = behind(pictures, embedded);
      s.context = at::Tensor();
    }
    startOpt(s, pass, m_config, kOptRoot, embedded, mask, past);
  }

 private:
  OptConfig m_config;
};

// Texts begin with the start token, which the decoder is not given where there is a prompt.
Prompt optPrompt(const Batch& batch, int64_t startToken) {
  const auto start = startTokenPrompt(batch, startToken);
  auto prompt = givenPrompt(batch);
  if (!prompt.ids.defined()) prompt = start;
  prompt.shown = start.ids;
  return prompt;
}

}  // namespace

std::shared_ptr<const Model> buildBlip2(const ModelSource& source) {
  const auto& config = source.config;
  auto model = std::make_shared<Model>("blip-2", ModelTask::Answer, config);
  const auto qformer = configSection(config, "qformer_config"), text = configSection(config, "text_config");
  const auto vision = BlipVisionConfig::parseBlip2(configSection(config, "vision_config"));
  addBlipVision(*model, vision);
  addQFormer(*model, qformer, configSize(config, "num_query_tokens", 32), vision.width);
  const int64_t queryWidth = configSize(qformer, "hidden_size", 768);
  const auto language = configValue<std::string>(text, "model_type", "opt");
  // The reference generates with the language model's own settings, not with those of the whole.
  if (language == "t5") {
    const auto t5 = T5Config::parse(text, nullptr);
    declareLinear(*model, kProjection, t5.width, queryWidth, true);
    model->add(std::make_unique<Blip2EncoderStart>());
    addT5(*model, t5, "language_model.");
  } else if (language == "opt") {
    const auto opt = OptConfig::parse(text, nullptr);
    if (opt.tokenWidth != opt.width)
      throw Error(ErrorKind::Unsupported,
                  "config.json has \"text_config.word_embed_proj_dim\": " + std::to_string(opt.tokenWidth) +
                      "; only hidden_size (" + std::to_string(opt.width) + ") can be computed in BLIP-2.");
    declareLinear(*model, kProjection, opt.width, queryWidth, true);
    declareOptStart(*model, opt, kOptRoot);
    model->beginDecoder();
    model->add(std::make_unique<Blip2DecoderStart>(opt));
    addOpt(*model, opt, kOptRoot, "language_model.");
    const auto start = opt.startToken;
    model->setGeneration({0, [start](const Batch& b) { return optPrompt(b, start); }, opt.endTokens,
                          opt.padToken, opt.positions});
  } else {
    throw Error(ErrorKind::Unsupported, "config.json has \"text_config.model_type\": \"" + language +
                                            "\"; t5 and opt can be computed.");
  }
  return model;
}

}  // namespace espalier
