#include "core/model/block_builder.h"
#include "core/model/families/families.h"
#include "core/model/families/language_part.h"
#include "core/model/families/picture_text.h"
#include "core/model/families/siglip_tower.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// One linear layer.
class PaliGemmaProjector : public Block {
 public:
  explicit PaliGemmaProjector(std::string name) : Block({std::move(name), Component::Projector, false, {}}) {}
  void run(State& s, const Pass& pass) const override {
    const int64_t pictures = s.inputs->at("pixel_values").size(0);
    const auto features = pass.linear(name() + ".linear", s.hidden);
    recordFeatures(pass, features);
    s.hidden = featuresInOrder(features, pictures);
  }
};

}  // namespace

std::shared_ptr<const Model> buildPaliGemma(const ModelSource& given) {
  auto source = given;
  // Says that its prefix is read both ways, as TextSight::Prefix does.
  if (const auto it = source.config.find("text_config"); it != source.config.end() && it->is_object())
    it->erase("use_bidirectional_attention");
  const auto& config = source.config;
  noteConfigKey("projector_hidden_act");  // published; the projector has no activation
  const auto vision = SiglipVisionConfig::parse(configSection(config, "vision_config"));
  auto part = LanguagePart::parse(source, "gemma", true);
  auto& language = part.decoder;
  const auto projector =
      source.prefixOf(".linear.weight", {"multi_modal_projector", "model.multi_modal_projector"});
  auto model = std::make_shared<Model>("paligemma", ModelTask::Answer, given.config);
  const auto tower = visionRoot(source, "embeddings.patch_embedding.weight");
  addSiglipVision(*model, vision, tower, vision.layers);
  addSiglipNorm(*model, vision, tower);
  declareLinear(*model, projector + ".linear", language.width, vision.width, true);
  model->add(std::make_unique<PaliGemmaProjector>(projector));
  addPictureText(*model, language, {configPictureToken(config, 256000), TextSight::Prefix}, part.root,
                 part.headRoot);
  return model;
}

}  // namespace espalier
