#include "core/model/families/blip_text.h"
#include "core/model/families/blip_vision.h"
#include "core/model/families/families.h"
#include "core/model/layers/config_value.h"

namespace espalier {

std::shared_ptr<const Model> buildBlipVqa(const ModelSource& source) {
  auto model = std::make_shared<Model>("blip-vqa", ModelTask::Answer, source.config);
  const auto vision = BlipVisionConfig::parseBlip(configSection(source.config, "vision_config"));
  const auto text = BlipTextConfig::parse(source, vision.width);
  // The decoder's cross-attention is as wide as the pictures' features, but reads the questions'.
  if (text.layer.width != vision.width)
    throw Error(ErrorKind::Unsupported,
                "config.json has \"text_config.hidden_size\": " + std::to_string(text.layer.width) +
                    "; question answering needs that of the vision tower, " + std::to_string(vision.width) +
                    ".");
  addBlipVision(*model, vision);
  addBlipTextEncoder(*model, text, "text_encoder.");
  addContextStart(*model, "question_embeds", Component::TextEncoder, "question_embeds", "attention_mask");
  addBlipTextDecoder(*model, text, {"decoder_input_ids", "decoder_attention_mask", "decoder_logits"});
  const auto start = text.startToken;
  model->setGeneration({0,
                        [start](const Batch& b) { return startTokenPrompt(b, start); },
                        {text.endToken},
                        text.padToken,
                        text.positions});
  return model;
}

}  // namespace espalier
