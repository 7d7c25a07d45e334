#include "core/model/families/blip2_language.h"
#include "core/model/families/blip_vision.h"
#include "core/model/families/families.h"
#include "core/model/families/qformer.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

std::shared_ptr<const Model> buildWithQFormer(const ModelSource& source, const char* family,
                                              bool instructed) {
  const auto& config = source.config;
  auto model = std::make_shared<Model>(family, ModelTask::Answer, config);
  const auto qformer = configSection(config, "qformer_config");
  const auto vision = BlipVisionConfig::parseBlip2(configSection(config, "vision_config"));
  const int64_t queries = configSize(config, "num_query_tokens", 32);
  addBlipVision(*model, vision);
  (instructed ? addInstructQFormer : addQFormer)(*model, qformer, queries, vision.width);
  addBlip2Language(
      *model, source,
      {configPictureToken(config, -1), queries, configSize(qformer, "hidden_size", 768), instructed});
  return model;
}

}  // namespace

std::shared_ptr<const Model> buildBlip2(const ModelSource& source) {
  return buildWithQFormer(source, "blip-2", false);
}

// BLIP-2 whose Q-Former reads the instruction, too.
std::shared_ptr<const Model> buildInstructBlip(const ModelSource& source) {
  return buildWithQFormer(source, "instructblip", true);
}

}  // namespace espalier
