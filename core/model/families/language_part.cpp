#include "core/model/families/language_part.h"

#include "core/model/layers/config_value.h"

namespace espalier {

LanguagePart LanguagePart::parse(const ModelSource& source, const std::string& family, bool tied) {
  LanguagePart p;
  auto text = configSection(source.config, "text_config");
  for (const char* key : {"eos_token_id", "pad_token_id"})
    if (!text.contains(key) && source.config.contains(key)) text[key] = source.config[key];
  p.decoder = DecoderConfig::parse(text, source.generation, family);
  p.decoder.logitCap = 0;  // the reference's classes of pictures and texts leave it out
  p.root = source.prefixOf("embed_tokens.weight", {"language_model.model.", "model.language_model."});
  p.headRoot = source.prefixOf("lm_head.weight", {"language_model.", ""});
  // The whole model's key counts; a text that ties, also by its family's default, is one whose head is stored
  // nowhere else.
  p.decoder.tied =
      source.tiesHead(p.headRoot + "lm_head.weight",
                      configValue<bool>(source.config, "tie_word_embeddings", tied) || p.decoder.tied);
  return p;
}

std::string visionRoot(const ModelSource& source, const std::string& tensor) {
  return source.prefixOf(tensor, {"vision_tower.vision_model.", "vision_tower.",
                                  "model.vision_tower.vision_model.", "model.vision_tower."});
}

at::Tensor featuresInOrder(const at::Tensor& features, int64_t pictures) {
  return features.reshape({features.size(0) / pictures, pictures * features.size(1), features.size(2)});
}

void recordFeatures(const Pass& pass, const at::Tensor& features) {
  pass.record("pooler_output", features);
  pass.record("image_hidden_states", features);
}

}  // namespace espalier
