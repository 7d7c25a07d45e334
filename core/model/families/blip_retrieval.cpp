#include <ATen/core/grad_mode.h>

#include "core/model/block_builder.h"
#include "core/model/families/blip_text.h"
#include "core/model/families/blip_vision.h"
#include "core/model/families/families.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/contrastive_loss.h"

namespace espalier {

namespace {

const std::string kTextRoot = "text_encoder.";
// In State::kept: the texts read without a picture; with another row's picture.
const std::string kAlone = "text alone", kMismatched = "mismatched";
// Similarities are divided by this before the contrastive loss: where BLIP's training starts (its own is not
// stored).
constexpr double kTemperature = 0.07;

// Begins the texts: each is read three times by the same layers. State::hidden reads its own picture
// (matching), kAlone none (contrast), kMismatched that of the row negative_index names, where there is one.
class BlipRetrievalStart : public Block {
 public:
  explicit BlipRetrievalStart(const BlipTextConfig& config)
      : Block({kTextRoot + "embeddings", Component::TextEncoder, false, {}}), m_config(config) {}
  void run(State& s, const Pass& pass) const override {
    s.kept[kPictureVectors] = ofLengthOne(pass.linear("vision_proj", s.hidden.select(1, 0)));
    s.context = pictureOfEachRow(s, s.hidden);
    s.contextBias = at::Tensor();
    s.hidden = embedBlipText(pass, m_config, kTextRoot, s.inputs->at("input_ids"), 0);
    s.attentionBias = maskBias(s.inputs->find("attention_mask"));
    s.kept[kAlone] = s.hidden;
    if (s.inputs->has("negative_index")) s.kept[kMismatched] = s.hidden;
    pass.record("itc.image_feat", s.kept[kPictureVectors]);
  }

 private:
  BlipTextConfig m_config;
};

class BlipRetrievalLayer : public Block {
 public:
  BlipRetrievalLayer(BlockDescription d, BertLayerSpec spec) : Block(std::move(d)), m_spec(std::move(spec)) {}
  void run(State& s, const Pass& pass) const override {
    const auto layer = [&](const at::Tensor& x, const at::Tensor& context) {
      return runBertLayer(m_spec, name(), pass, nullptr, x, s.attentionBias, context, s.contextBias);
    };
    s.hidden = layer(s.hidden, s.context);
    s.kept[kAlone] = layer(s.kept.at(kAlone), {});
    if (!s.inputs->has("negative_index")) return;
    const auto& index = s.inputs->at("negative_index");
    const int64_t rows = index.size(0);
    const auto others =
        s.context.reshape({s.context.size(0) / rows, rows, s.context.size(1), s.context.size(2)})
            .index_select(1, index)
            .flatten(0, 1);
    s.kept[kMismatched] = layer(s.kept.at(kMismatched), others);
  }

 private:
  BertLayerSpec m_spec;
};

class BlipRetrievalHead : public Block {
 public:
  BlipRetrievalHead() : Block({"itm_head", Component::TextEncoder, false, {}}) {}
  void run(State& s, const Pass& pass) const override {
    const auto score = pass.linear(name(), s.hidden.select(1, 0));
    const auto& alone = s.kept.at(kAlone);
    const auto& texts = s.kept[kTextVectors] = ofLengthOne(pass.linear("text_proj", alone.select(1, 0)));
    const auto alike = similarities(s, s.kept.at(kPictureVectors), texts, at::ones({}, texts.options()));
    s.logits = alike.flatten(0, 1);
    s.lossSum = contrastiveLoss(s, alike / kTemperature);
    if (s.lossSum.defined()) {
      s.lossCount = at::ones({s.inputs->at("input_ids").size(0)}, alike.options().dtype(at::kDouble));
      if (s.inputs->has("negative_index")) {
        const auto wrong = pass.linear(name(), s.kept.at(kMismatched).select(1, 0));
        s.lossSum = sumOf(s.lossSum, sumOf(matchingLoss(score, 1), matchingLoss(wrong, 0)) / 2);
      }
    }
    pass.record("itm.itm_score", score);
    pass.record("itm.itm_prob", at::softmax(score, -1));
    pass.record("itm.question_embeds", s.hidden);
    pass.record("itc.question_embeds", alone);
    pass.record("itc.text_feat", texts);
    if (pass.recorded) pass.record("itc.itc_score", s.logits.transpose(0, 1));
  }

 private:
  // Cross-entropy of "does not match" (0) and "matches" (1).
  static at::Tensor matchingLoss(const at::Tensor& score, int64_t answer) {
    const auto precise = at::GradMode::is_enabled() ? score : score.to(at::kDouble);
    return at::logsumexp(precise, {1}) - precise.select(1, answer);
  }
};

}  // namespace

// The loss is that of BLIP's training: contrast of pictures and texts, and whether they match.
std::shared_ptr<const Model> buildBlipRetrieval(const ModelSource& source) {
  const auto& config = source.config;
  auto model = std::make_shared<Model>("blip-retrieval", ModelTask::Match, config);
  const auto vision = BlipVisionConfig::parseBlip(configSection(config, "vision_config"));
  const auto text = BlipTextConfig::parse(source, vision.width);
  const int64_t shared = configSize(config, "image_text_hidden_size", 256);
  addBlipVision(*model, vision);
  declareBlipTextStart(*model, text, kTextRoot);
  declareLinear(*model, "vision_proj", shared, vision.width, true);
  declareLinear(*model, "text_proj", shared, text.layer.width, true);
  declareLinear(*model, "itm_head", 2, text.layer.width, true);
  model->add(std::make_unique<BlipRetrievalStart>(text));
  for (int64_t i = 0; i < text.layers; ++i) {
    auto d = declareBertLayer(*model, kTextRoot + "encoder.layer." + std::to_string(i),
                              Component::TextEncoder, text.layer);
    model->add(std::make_unique<BlipRetrievalLayer>(std::move(d), text.layer));
  }
  model->add(std::make_unique<BlipRetrievalHead>());
  return model;
}

}  // namespace espalier
