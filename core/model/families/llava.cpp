#include <algorithm>

#include "core/model/families/decoder_stack.h"
#include "core/model/families/families.h"
#include "core/model/families/language_part.h"
#include "core/model/families/llava_tower.h"
#include "core/model/families/picture_places.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

// Where tokens and patches go when pictures take the place of their tokens.
struct Merge {
  at::Tensor source;  // int64 [rows, merged length]: index of a text token, or texts + index of a patch, or
                      // past both: none
  at::Tensor mask;    // int64 [rows, merged length]
  at::Tensor labels;  // int64 [rows, merged length]; undefined where there are none
};

// The reference's rule (transformers 4.36): a row's picture token is replaced by all patches of the next
// picture; rows that end up shorter are filled up at the left, or at the right if some row ends with the
// padding token. Newer processors write a token for every patch; then nothing grows.
// On the host, where it reads token by token; what comes out lies where the tokens do.
Merge mergeOf(const at::Tensor& givenIds, const at::Tensor& givenMask, const at::Tensor& givenLabels,
              int64_t pictures, int64_t patches, int64_t pictureToken, int64_t padToken) {
  const auto ids = givenIds.cpu(), labels = givenLabels.defined() ? givenLabels.cpu() : at::Tensor();
  const int64_t rows = ids.size(0), length = ids.size(1);
  const auto isPicture = ids == pictureToken;
  const int64_t tokens = isPicture.sum().item<int64_t>();
  if (tokens != pictures && tokens != pictures * patches)
    throw Error(ErrorKind::InvalidInput, "The texts hold " + std::to_string(tokens) + " picture tokens (" +
                                             std::to_string(pictureToken) + "); " + std::to_string(pictures) +
                                             " pictures were given.");
  const int64_t each = tokens == pictures ? patches : 1;
  const int64_t merged = length + isPicture.sum(1).max().item<int64_t>() * (each - 1);
  const bool fillsLeft = !(ids.select(1, length - 1) == padToken).any().item<bool>();
  const auto mask = (givenMask.defined() ? givenMask.cpu() : at::ones_like(ids)).to(at::kLong).contiguous();
  const auto idsHere = ids.contiguous(), labelsHere = labels.defined() ? labels.contiguous() : at::Tensor();

  Merge m{at::full({rows, merged}, rows * length + pictures * patches, at::kLong),
          at::zeros({rows, merged}, at::kLong),
          {}};
  if (labels.defined()) m.labels = at::full({rows, merged}, kIgnoredLabel, at::kLong);
  int64_t patch = 0;
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t* id = idsHere.data_ptr<int64_t>() + r * length;
    const int64_t grown = length + std::count(id, id + length, pictureToken) * (each - 1);
    int64_t place = r * merged + (fillsLeft ? merged - grown : 0);
    for (int64_t i = 0; i < length; ++i) {
      const bool picture = id[i] == pictureToken;
      for (int64_t k = 0; k < (picture ? each : 1); ++k, ++place) {
        m.source.data_ptr<int64_t>()[place] = picture ? rows * length + patch++ : r * length + i;
        m.mask.data_ptr<int64_t>()[place] = picture ? 1 : mask.data_ptr<int64_t>()[r * length + i];
        if (labels.defined() && !picture)
          m.labels.data_ptr<int64_t>()[place] = labelsHere.data_ptr<int64_t>()[r * length + i];
      }
    }
  }
  for (auto* t : {&m.source, &m.mask, &m.labels})
    if (t->defined()) *t = t->to(givenIds.device());
  return m;
}

// Begins the decoder: pictures in their places among the text; while text is generated, the new tokens.
class LlavaStart : public Block {
 public:
  LlavaStart(const DecoderConfig& config, const std::string& root, int64_t pictureToken, int64_t padToken)
      : Block({root + "embed_tokens", Component::Language, false, {}}),
        m_config(config),
        m_root(root),
        m_pictureToken(pictureToken),
        m_padToken(padToken) {}

  void run(State& s, const Pass& pass) const override {
    const auto in = decoderInput(s);
    auto mask = in.mask;
    const bool begins = in.past == 0;
    const bool merges = begins && s.inputs->has("pixel_values");
    if (begins && !merges) refusePicturesLeftOut(in.ids, m_pictureToken);
    // The token whose place a picture takes need not be in the table; one that was generated is a token.
    auto embedded = decoderTokens(pass, m_config, m_root,
                                  merges ? in.ids.masked_fill(in.ids == m_pictureToken, 0) : in.ids);
    if (merges) embedded = merge(s, in, embedded, mask);
    const auto all = maskWithPast(s, mask, embedded.size(1));
    const auto positions = positionsByMask(all, embedded.size(1), in.past, 1, embedded.device());
    if (begins) {
      pass.record("merged_embeds", embedded);
      if (mask.defined()) pass.record("merged_attention_mask", mask);
      pass.record("merged_position_ids", positions);
    }
    startDecoder(s, pass, m_config, {embedded, all, positions, in.past, {}});
  }

 private:
  at::Tensor merge(State& s, const DecoderInput& in, const at::Tensor& text, at::Tensor& mask) const {
    const auto pictures = pictureOfEachRow(s, s.hidden);
    const int64_t patches = pictures.size(1), width = pictures.size(2);
    const auto given = s.inputs->find("image_index");
    const int64_t count = given.defined() ? given.size(0) : s.inputs->at("pixel_values").size(0);
    const int64_t forks = pictures.size(0) / count;
    const auto m = mergeOf(in.ids, in.mask, s.decoding ? at::Tensor() : s.inputs->find("labels"), count,
                           patches, m_pictureToken, m_padToken);
    mask = m.mask;
    s.labels = m.labels;
    const int64_t texts = text.size(0) * text.size(1);
    s.fixed[kPictureMask] = m.source.ge(texts).logical_and(m.source.lt(texts + count * patches));
    const auto sources = at::cat(
        {text.reshape({1, -1, width}).expand({forks, text.size(0) * text.size(1), width}),
         pictures.reshape({forks, count * patches, width}), at::zeros({forks, 1, width}, pictures.options())},
        1);
    return sources.index_select(1, m.source.flatten())
        .view({forks * m.source.size(0), m.source.size(1), width});
  }

  DecoderConfig m_config;
  std::string m_root;
  int64_t m_pictureToken, m_padToken;
};

}  // namespace

std::shared_ptr<const Model> buildLlava(const ModelSource& source) {
  const auto& config = source.config;
  const auto part = LanguagePart::parse(source, "llama", false);
  const auto& language = part.decoder;
  auto model = std::make_shared<Model>("llava", ModelTask::Answer, config);
  addLlavaTower(*model, source, language.width, -2, "default");
  declareDecoderStart(*model, language, part.root);
  model->beginDecoder();
  model->add(std::make_unique<LlavaStart>(language, part.root, configPictureToken(config, 32000),
                                          configValue<int64_t>(config, "pad_token_id", -1)));
  addDecoder(*model, language, part.root, part.headRoot);
  model->setGeneration({0, givenPrompt, language.endTokens, language.padToken});
  return model;
}

}  // namespace espalier
