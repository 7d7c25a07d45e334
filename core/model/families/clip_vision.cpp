#include "core/model/block_builder.h"
#include "core/model/families/clip_tower.h"
#include "core/model/families/families.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// The class token normed and, where there is a projection, projected.
class ClipTowerEnd : public Block {
 public:
  ClipTowerEnd(const std::string& root, double epsilon, bool projects)
      : Block({root + "post_layernorm", Component::Vision, false, {}}),
        m_epsilon(epsilon),
        m_projects(projects) {}
  void run(State& s, const Pass& pass) const override {
    pass.record("last_hidden_state", s.hidden);
    const auto pooled = pass.layerNorm(name(), s.hidden.select(1, 0), m_epsilon);
    pass.record("pooler_output", pooled);
    if (m_projects) pass.record("image_embeds", at::linear(pooled, pass.weight("visual_projection.weight")));
  }

 private:
  double m_epsilon;
  bool m_projects;
};

}  // namespace

std::shared_ptr<const Model> buildClipVision(const ModelSource& source) {
  const auto& config = source.config;
  const auto vision = ClipVisionConfig::parse(config);
  const auto root = source.prefixOf("embeddings.class_embedding", {"vision_model.", ""});
  auto model = std::make_shared<Model>("clip-vision", ModelTask::Embed, config);
  addClipVision(*model, vision, root, vision.layers, true);
  declareLayerNorm(*model, root + "post_layernorm", vision.width);
  const bool projects = source.stores("visual_projection.weight", false);
  if (projects)
    declareLinear(*model, "visual_projection", configSize(config, "projection_dim", 512), vision.width,
                  false);
  model->add(std::make_unique<ClipTowerEnd>(root, vision.epsilon, projects));
  return model;
}

}  // namespace espalier
