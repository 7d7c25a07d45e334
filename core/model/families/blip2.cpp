#include "core/model/block_builder.h"
#include "core/model/families/blip_vision.h"
#include "core/model/families/families.h"
#include "core/model/families/opt_stack.h"
#include "core/model/families/qformer.h"
#include "core/model/families/t5_stack.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"

namespace espalier {

namespace {

const std::string kProjection = "language_projection";
const std::string kLanguage = "language_model.", kOptRoot = kLanguage + "model.decoder.";

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
      {at::ones({ids.size(0), pictures.size(1)}, ids.options()), mask.defined() ? mask : at::ones_like(ids)},
      1);
}

// Later versions of the reference's processor write a token for each query, whose places the pictures take;
// without such tokens they stand before the text.
bool hasPlaces(const at::Tensor& ids, int64_t pictureToken) {
  return pictureToken >= 0 && (ids == pictureToken).any().item<bool>();
}

// Of text and pictures put together.
at::Tensor pictureMask(const at::Tensor& pictures, const at::Tensor& ids, int64_t pictureToken) {
  if (hasPlaces(ids, pictureToken)) return ids == pictureToken;
  return at::cat({at::ones({ids.size(0), pictures.size(1)}, ids.options()), at::zeros_like(ids)}, 1) == 1;
}

at::Tensor inPlaces(at::Tensor pictures, at::Tensor text, const at::Tensor& ids, int64_t pictureToken) {
  const auto places = ids == pictureToken;
  const int64_t queries = pictures.size(1);
  if (!(places.sum(1) == queries).all().item<bool>())
    throw Error(ErrorKind::InvalidInput, "A text has other than " + std::to_string(queries) +
                                             " picture tokens (" + std::to_string(pictureToken) +
                                             "), one for each of the model's queries, or none in any text.");
  matchForks(pictures, text);
  const auto all = places.repeat({text.size(0) / ids.size(0), 1}).unsqueeze(2).expand_as(text);
  return text.masked_scatter(all, pictures);
}

// What T5's encoder reads: pictures and text.
class Blip2EncoderStart : public Block {
 public:
  Blip2EncoderStart(std::string table, int64_t pictureToken)
      : Block({kProjection, Component::Bridge, false, {}}),
        m_table(std::move(table)),
        m_pictureToken(pictureToken) {}
  void run(State& s, const Pass& pass) const override {
    const auto pictures = projectedPictures(s, pass);
    const auto& ids = s.inputs->at("input_ids");
    const auto text = embedTokens(pass, m_table, ids.masked_fill(ids == m_pictureToken, 0));
    auto mask = s.inputs->find("attention_mask");
    s.fixed[kPictureMask] = pictureMask(pictures, ids, m_pictureToken);
    if (hasPlaces(ids, m_pictureToken)) {
      s.hidden = inPlaces(pictures, text, ids, m_pictureToken);
    } else {
      s.hidden = behind(pictures, text);
      mask = maskBehind(pictures, ids, mask);
    }
    s.attentionBias = maskBias(mask);
    s.contextBias = s.attentionBias;
    s.context = at::Tensor();
  }

 private:
  std::string m_table;
  int64_t m_pictureToken;
};

// What OPT begins with: pictures and text; while text is generated, the new tokens.
class Blip2DecoderStart : public Block {
 public:
  Blip2DecoderStart(const OptConfig& config, int64_t pictureToken)
      : Block({kProjection, Component::Bridge, false, {}}), m_config(config), m_pictureToken(pictureToken) {}
  void run(State& s, const Pass& pass) const override {
    const auto* d = s.decoding.get();
    const auto& ids = d ? d->tokens : s.inputs->at("input_ids");
    auto mask = d ? d->tokenMask : s.inputs->find("attention_mask");
    const int64_t past = d ? d->position : 0;
    // The token whose place a picture takes need not be in the table; one that was generated is a token.
    auto embedded = embedTokens(pass, kOptRoot + "embed_tokens.weight",
                                past == 0 ? ids.masked_fill(ids == m_pictureToken, 0) : ids);
    if (past == 0) {
      const auto pictures = projectedPictures(s, pass);
      s.fixed[kPictureMask] = pictureMask(pictures, ids, m_pictureToken);
      if (hasPlaces(ids, m_pictureToken)) {
        embedded = inPlaces(pictures, embedded, ids, m_pictureToken);
      } else {
        if (mask.defined()) mask = maskBehind(pictures, ids, mask);
        embedded = behind(pictures, embedded);
      }
      s.context = at::Tensor();
    }
    startOpt(s, pass, m_config, kOptRoot, embedded, mask, past);
  }

 private:
  OptConfig m_config;
  int64_t m_pictureToken;
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
  const auto pictureToken = configPictureToken(config, -1);
  const int64_t queryWidth = configSize(qformer, "hidden_size", 768);
  const auto language = configValue<std::string>(text, "model_type", "opt");
  // The reference generates with the language model's own settings, not with those of the whole.
  if (language == "t5") {
    const auto t5 = T5Config::parse(text, nullptr, source, kLanguage);
    declareLinear(*model, kProjection, t5.width, queryWidth, true);
    model->add(std::make_unique<Blip2EncoderStart>(kLanguage + t5.tokens, pictureToken));
    addT5(*model, t5, kLanguage);
  } else if (language == "opt") {
    auto opt = OptConfig::parse(text, nullptr);
    opt.tied = source.tiesHead(kLanguage + "lm_head.weight", opt.tied);
    if (opt.tokenWidth != opt.width)
      throw Error(ErrorKind::Unsupported,
                  "config.json has \"text_config.word_embed_proj_dim\": " + std::to_string(opt.tokenWidth) +
                      "; only hidden_size (" + std::to_string(opt.width) + ") can be computed in BLIP-2.");
    declareLinear(*model, kProjection, opt.width, queryWidth, true);
    declareOptStart(*model, opt, kOptRoot);
    model->beginDecoder();
    model->add(std::make_unique<Blip2DecoderStart>(opt, pictureToken));
    addOpt(*model, opt, kOptRoot, kLanguage);
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
