#include "core/model/families/families.h"
#include "core/model/families/qwen_text.h"
#include "core/model/families/qwen_vision.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

std::shared_ptr<const Model> buildQwen(const ModelSource& source, const std::string& family,
                                       QwenVisionKind visionKind, QwenTextKind textKind) {
  const auto& config = source.config;
  // Qwen2-VL and Qwen2.5-VL as published have the text's keys beside the others.
  const auto section = configSection(config, "text_config");
  const auto& text = section.empty() ? config : section;
  const auto vision = QwenVisionConfig::parse(configSection(config, "vision_config"), visionKind);
  auto language = QwenTextConfig::parse(text, source.generation, textKind);
  if (vision.textWidth != language.width)
    throw Error(ErrorKind::Format, "config.json has a vision tower that makes tokens of width " +
                                       std::to_string(vision.textWidth) + "; the text's width is " +
                                       std::to_string(language.width) + ".");
  const auto visionRoot = source.prefixOf("patch_embed.proj.weight", {"model.visual.", "visual."});
  const auto root = source.prefixOf(
      "embed_tokens.weight", {"model.language_model.", "model.", "language_model.model.", "language_model."});
  const auto headRoot = source.prefixOf("lm_head.weight", {"", "language_model."});
  language.tied = source.tiesHead(headRoot + "lm_head.weight",
                                  configValue<bool>(config, "tie_word_embeddings", language.tied));
  auto model = std::make_shared<Model>(family, ModelTask::Answer, config);
  addQwenVision(*model, vision, visionRoot);
  const QwenPictures pictures{configPictureToken(config, textKind == QwenTextKind::Qwen35 ? 248056 : 151655),
                              vision.merge, vision.streams()};
  addQwenText(*model, language, pictures, root, headRoot);
  return model;
}

}  // namespace

std::shared_ptr<const Model> buildQwen2Vl(const ModelSource& source) {
  return buildQwen(source, "qwen2-vl", QwenVisionKind::Qwen2, QwenTextKind::Qwen2);
}

std::shared_ptr<const Model> buildQwen25Vl(const ModelSource& source) {
  return buildQwen(source, "qwen2.5-vl", QwenVisionKind::Qwen25, QwenTextKind::Qwen2);
}

std::shared_ptr<const Model> buildQwen3Vl(const ModelSource& source) {
  return buildQwen(source, "qwen3-vl", QwenVisionKind::Qwen3, QwenTextKind::Qwen3);
}

std::shared_ptr<const Model> buildQwen35(const ModelSource& source) {
  return buildQwen(source, "qwen3.5", QwenVisionKind::Qwen35, QwenTextKind::Qwen35);
}

}  // namespace espalier
