#include "core/model/families/blip_text.h"
#include "core/model/families/blip_vision.h"
#include "core/model/families/families.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// As the reference does: a prompt's first token becomes the start token (it is the tokenizer's own) and its
// last, the tokenizer's separator, is dropped.
Prompt captionPrompt(const Batch& batch, int64_t startToken) {
  const auto given = givenPrompt(batch);
  if (!given.ids.defined()) return startTokenPrompt(batch, startToken);
  if (given.ids.size(1) < 2) return startTokenPrompt(batch, startToken);
  auto ids = given.ids.slice(1, 0, given.ids.size(1) - 1).clone();
  ids.select(1, 0).fill_(startToken);
  return {ids, given.mask.defined() ? given.mask.slice(1, 0, ids.size(1)) : at::Tensor(), {}};
}

}  // namespace

std::shared_ptr<const Model> buildBlipCaption(const ModelSource& source) {
  auto model = std::make_shared<Model>("blip-caption", ModelTask::Answer, source.config);
  const auto vision = BlipVisionConfig::parseBlip(configSection(source.config, "vision_config"));
  const auto text = BlipTextConfig::parse(source, vision.width);
  addBlipVision(*model, vision);
  addContextStart(*model, "image_embeds", Component::Vision, "image_embeds", "");
  addBlipTextDecoder(*model, text, {"input_ids", "attention_mask", "logits"});
  const auto start = text.startToken;
  model->setGeneration({0,
                        [start](const Batch& b) { return captionPrompt(b, start); },
                        {text.endToken},
                        text.padToken,
                        text.positions});
  return model;
}

}  // namespace espalier
