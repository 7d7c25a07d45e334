#include "core/model/families/blip2_language.h"

#include "core/model/block_builder.h"
#include "core/model/families/decoder_stack.h"
#include "core/model/families/opt_stack.h"
#include "core/model/families/t5_stack.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"

namespace espalier {

namespace {

const std::string kProjection = "language_projection";
const std::string kLanguage = "language_model.", kOptRoot = kLanguage + "model.decoder.",
                  kLlamaRoot = kLanguage + "model.";

// The queries' output in the language model's space, for each text row.
at::Tensor projectedPictures(const State& s, const Pass& pass, const Blip2Pictures& given) {
  const auto queries = given.withText ? s.hidden.narrow(1, 0, given.queries) : s.hidden;
  const auto pictures =
      at::linear(queries, pass.weight(kProjection + ".weight"), pass.weight(kProjection + ".bias"));
  pass.record(kProjection, pictures);
  return given.withText ? pictures : pictureOfEachRow(s, pictures);
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
  const auto counts = places.sum(1);
  if (const auto wrong = (counts != queries).nonzero(); wrong.numel() > 0)
    throw Error(ErrorKind::InvalidInput,
                "A text holds " + std::to_string(counts[wrong[0].item<int64_t>()].item<int64_t>()) +
                    " picture tokens (" + std::to_string(pictureToken) + "); a picture makes " +
                    std::to_string(queries) + ", or it stands before texts that hold none.");
  matchForks(pictures, text);
  const auto all = places.repeat({text.size(0) / ids.size(0), 1}).unsqueeze(2).expand_as(text);
  return text.masked_scatter(all, pictures);
}

// What T5's encoder reads: pictures and text.
class Blip2EncoderStart : public Block {
 public:
  Blip2EncoderStart(std::string table, const Blip2Pictures& pictures)
      : Block({kProjection, Component::Bridge, false, {}}), m_table(std::move(table)), m_pictures(pictures) {}
  void run(State& s, const Pass& pass) const override {
    const auto pictures = projectedPictures(s, pass, m_pictures);
    const auto& ids = s.inputs->at("input_ids");
    const auto text = embedTokens(pass, m_table, ids.masked_fill(ids == m_pictures.token, 0));
    auto mask = s.inputs->find("attention_mask");
    s.fixed[kPictureMask] = pictureMask(pictures, ids, m_pictures.token);
    if (hasPlaces(ids, m_pictures.token)) {
      s.hidden = inPlaces(pictures, text, ids, m_pictures.token);
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
  Blip2Pictures m_pictures;
};

// What a decoder begins with: pictures and text; while text is generated, the new tokens.
struct DecoderBegin {
  at::Tensor embedded, mask;  // undefined: no padding
  int64_t past = 0;
};
DecoderBegin begunDecoder(State& s, const Pass& pass, const Blip2Pictures& given, const std::string& table) {
  const auto* d = s.decoding.get();
  const auto& ids = d ? d->tokens : s.inputs->at("input_ids");
  DecoderBegin out{{}, d ? d->tokenMask : s.inputs->find("attention_mask"), d ? d->position : 0};
  // The token whose place a picture takes need not be in the table; one that was generated is a token.
  out.embedded = embedTokens(pass, table, out.past == 0 ? ids.masked_fill(ids == given.token, 0) : ids);
  if (out.past > 0) return out;
  const auto pictures = projectedPictures(s, pass, given);
  s.fixed[kPictureMask] = pictureMask(pictures, ids, given.token);
  if (hasPlaces(ids, given.token)) {
    out.embedded = inPlaces(pictures, out.embedded, ids, given.token);
  } else {
    if (out.mask.defined()) out.mask = maskBehind(pictures, ids, out.mask);
    out.embedded = behind(pictures, out.embedded);
  }
  s.context = at::Tensor();
  return out;
}

class Blip2OptStart : public Block {
 public:
  Blip2OptStart(const OptConfig& config, const Blip2Pictures& pictures)
      : Block({kProjection, Component::Bridge, false, {}}), m_config(config), m_pictures(pictures) {}
  void run(State& s, const Pass& pass) const override {
    const auto in = begunDecoder(s, pass, m_pictures, kOptRoot + "embed_tokens.weight");
    startOpt(s, pass, m_config, kOptRoot, in.embedded, in.mask, in.past);
  }

 private:
  OptConfig m_config;
  Blip2Pictures m_pictures;
};

class Blip2LlamaStart : public Block {
 public:
  Blip2LlamaStart(const DecoderConfig& config, const Blip2Pictures& pictures)
      : Block({kProjection, Component::Bridge, false, {}}), m_config(config), m_pictures(pictures) {}
  void run(State& s, const Pass& pass) const override {
    const auto in = begunDecoder(s, pass, m_pictures, kLlamaRoot + "embed_tokens.weight");
    const int64_t length = in.embedded.size(1);
    const auto mask = maskWithPast(s, in.mask, length);
    const auto device = in.embedded.device();
    const auto positions = s.decoding ? positionsByMask(mask, length, in.past, 1, device)
                                      : positionsByPlace(length, in.past, device);
    startDecoder(s, pass, m_config, {in.embedded, mask, positions, in.past, {}});
  }

 private:
  DecoderConfig m_config;
  Blip2Pictures m_pictures;
};

// Texts begin with the start token, which the decoder is not given where there is a prompt.
Prompt optPrompt(const Batch& batch, int64_t startToken) {
  const auto start = startTokenPrompt(batch, startToken);
  auto prompt = givenPrompt(batch);
  if (!prompt.ids.defined()) prompt = start;
  prompt.shown = start.ids;
  return prompt;
}

void addT5Language(Model& model, const nlohmann::json& text, const ModelSource& source,
                   const Blip2Pictures& pictures) {
  const auto t5 = T5Config::parse(text, nullptr, source, kLanguage);
  declareLinear(model, kProjection, t5.width, pictures.width, true);
  model.add(std::make_unique<Blip2EncoderStart>(kLanguage + t5.tokens, pictures));
  addT5(model, t5, kLanguage);
}

void addOptLanguage(Model& model, const nlohmann::json& text, const ModelSource& source,
                    const Blip2Pictures& pictures) {
  auto opt = OptConfig::parse(text, nullptr);
  opt.tied = source.tiesHead(kLanguage + "lm_head.weight", opt.tied);
  if (opt.tokenWidth != opt.width)
    throw Error(ErrorKind::Unsupported,
                "config.json has \"text_config.word_embed_proj_dim\": " + std::to_string(opt.tokenWidth) +
                    "; only hidden_size (" + std::to_string(opt.width) + ") can be computed in BLIP-2.");
  declareLinear(model, kProjection, opt.width, pictures.width, true);
  declareOptStart(model, opt, kOptRoot);
  model.beginDecoder();
  model.add(std::make_unique<Blip2OptStart>(opt, pictures));
  addOpt(model, opt, kOptRoot, kLanguage);
  const auto start = opt.startToken;
  const auto prompt = [start](const Batch& b) { return optPrompt(b, start); };
  model.setGeneration({0, pictures.withText ? std::function<Prompt(const Batch&)>(givenPrompt) : prompt,
                       opt.endTokens, opt.padToken, opt.positions});
}

void addLlamaLanguage(Model& model, const nlohmann::json& text, const ModelSource& source,
                      const Blip2Pictures& pictures) {
  auto llama = DecoderConfig::parse(text, nullptr, "llama");
  llama.tied = source.tiesHead(kLanguage + "lm_head.weight", llama.tied);
  declareLinear(model, kProjection, llama.width, pictures.width, true);
  declareDecoderStart(model, llama, kLlamaRoot);
  model.beginDecoder();
  model.add(std::make_unique<Blip2LlamaStart>(llama, pictures));
  addDecoder(model, llama, kLlamaRoot, kLanguage);
  model.setGeneration({0, givenPrompt, llama.endTokens, llama.padToken});
}

}  // namespace

void addBlip2Language(Model& model, const ModelSource& source, const Blip2Pictures& pictures) {
  const auto text = configSection(source.config, "text_config");
  const auto language = configValue<std::string>(text, "model_type", "opt");
  // The reference generates with the language model's own settings, not with those of the whole.
  if (language == "t5") return addT5Language(model, text, source, pictures);
  if (language == "opt") return addOptLanguage(model, text, source, pictures);
  if (language == "llama" && pictures.withText) return addLlamaLanguage(model, text, source, pictures);
  throw Error(ErrorKind::Unsupported, "config.json has \"text_config.model_type\": \"" + language + "\"; " +
                                          (pictures.withText ? "t5, opt and llama" : "t5 and opt") +
                                          " can be computed.");
}

}  // namespace espalier
