#include <cmath>

#include "core/model/block_builder.h"
#include "core/model/families/families.h"
#include "core/model/families/language_part.h"
#include "core/model/families/picture_text.h"
#include "core/model/families/siglip_tower.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// Gemma 3's way from the tower to the text: patches averaged in squares, a norm, one matrix that is stored
// transposed.
class Gemma3Projector : public Block {
 public:
  // side: patches along one side; tokens: features along one side.
  Gemma3Projector(std::string name, int64_t side, int64_t tokens, double epsilon)
      : Block({std::move(name), Component::Projector, false, {}}),
        m_side(side),
        m_pool(side / tokens),
        m_epsilon(epsilon) {}
  void run(State& s, const Pass& pass) const override {
    const int64_t pictures = s.inputs->at("pixel_values").size(0), width = s.hidden.size(2);
    if (s.hidden.size(1) != m_side * m_side)
      throw Error(ErrorKind::InvalidInput, "A picture has " + std::to_string(s.hidden.size(1)) +
                                               " patches; the model reads " +
                                               std::to_string(m_side * m_side) + ".");
    const auto grid = s.hidden.transpose(1, 2).reshape({-1, width, m_side, m_side});
    const auto pooled = at::avg_pool2d(grid, {m_pool, m_pool}, {m_pool, m_pool}).flatten(2).transpose(1, 2);
    const auto factors = pass.weight(name() + ".mm_soft_emb_norm.weight") + 1;
    const auto normed = pooled * at::rsqrt(pooled.square().mean(-1, true) + m_epsilon) * factors;
    const auto features = at::matmul(normed, pass.weight(name() + ".mm_input_projection_weight"));
    recordFeatures(pass, features);
    s.hidden = featuresInOrder(features, pictures);
  }

 private:
  int64_t m_side, m_pool;
  double m_epsilon;
};

}  // namespace

std::shared_ptr<const Model> buildGemma3(const ModelSource& source) {
  const auto& config = source.config;
  const auto vision = SiglipVisionConfig::parse(configSection(config, "vision_config"), 768, 12, 12, 16);
  auto part = LanguagePart::parse(source, "gemma3_text", true);
  auto& language = part.decoder;
  configOnly(configSection(config, "text_config"), "use_bidirectional_attention", false);
  const auto count = configSize(config, "mm_tokens_per_image", 256);
  const auto tokens = int64_t(std::lround(std::sqrt(double(count))));
  if (tokens * tokens != count || tokens > vision.side() || vision.side() % tokens != 0)
    throw Error(ErrorKind::Unsupported, "config.json has \"mm_tokens_per_image\": " + std::to_string(count) +
                                            "; a square of a side that divides the " +
                                            std::to_string(vision.side()) + " patches was expected.");
  const auto projector =
      source.prefixOf(".mm_soft_emb_norm.weight", {"multi_modal_projector", "model.multi_modal_projector"});
  auto model = std::make_shared<Model>("gemma3", ModelTask::Answer, config);
  const auto tower = visionRoot(source, "embeddings.patch_embedding.weight");
  addSiglipVision(*model, vision, tower, vision.layers);
  addSiglipNorm(*model, vision, tower);
  model->declare(projector + ".mm_input_projection_weight", {vision.width, language.width});
  model->declare(projector + ".mm_soft_emb_norm.weight", {vision.width});
  model->add(std::make_unique<Gemma3Projector>(projector, vision.side(), tokens, vision.epsilon));
  addPictureText(*model, language, {configPictureToken(config, 262144), TextSight::WithinPicture}, part.root,
                 part.headRoot);
  return model;
}

}  // namespace espalier
