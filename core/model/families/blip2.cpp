#include "core/model/families/blip2_vision.h"
#include "core/model/families/families.h"
#include "core/model/families/qformer.h"
#include "core/model/families/t5_stack.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// Projects the queries' output into the language model's space and puts the embedded text behind it. With image_index,
// several text rows share a picture.
class Blip2Projection : public Block {
 public:
  explicit Blip2Projection(std::string embedding)
      : Block({"language_projection", Component::Bridge, false, {}}), m_embedding(std::move(embedding)) {}
  void run(State& s, const Pass& pass) const override {
    auto picture = at::linear(s.hidden, pass.weight(name() + ".weight"), pass.weight(name() + ".bias"));
    pass.record("language_projection", picture);
    if (s.inputs->has("image_index")) {
      const int64_t pictures = s.inputs->at("pixel_values").size(0), forks = picture.size(0) / pictures;
      picture = picture.view({forks, pictures, picture.size(1), picture.size(2)})
                    .index_select(1, s.inputs->at("image_index"))
                    .flatten(0, 1);
    }
    const auto& ids = s.inputs->at("input_ids");
    auto text = at::embedding(pass.weight(m_embedding), ids);
    matchForks(picture, text);
    s.hidden = at::cat({picture, text}, 1);
    const auto mask = s.inputs->has("attention_mask") ? s.inputs->at("attention_mask") : at::ones_like(ids);
    s.attentionBias = maskBias(at::cat({at::ones({ids.size(0), picture.size(1)}, at::kLong), mask}, 1));
    s.contextBias = s.attentionBias;
    s.context = at::Tensor();
  }

 private:
  std::string m_embedding;
};

}  // namespace

std::shared_ptr<const Model> buildBlip2(const nlohmann::json& config) {
  auto model = std::make_shared<Model>("blip-2", config);
  const auto vision = configSection(config, "vision_config"), qformer = configSection(config, "qformer_config"),
             text = configSection(config, "text_config");
  const auto language = configValue<std::string>(text, "model_type", "opt");
  if (language != "t5")
    throw Error(ErrorKind::Unsupported,
                "config.json has \"text_config.model_type\": \"" + language + "\"; t5 can be computed.");
  addBlip2Vision(*model, vision);
  addQFormer(*model, qformer, configSize(config, "num_query_tokens", 32), configSize(vision, "hidden_size", 1408));
  const auto t5 = T5Config::parse(text);
  model->declare("language_projection.weight", {t5.width, configSize(qformer, "hidden_size", 768)});
  model->declare("language_projection.bias", {t5.width});
  model->add(std::make_unique<Blip2Projection>("language_model.shared.weight"));
  addT5(*model, t5, "language_model.");
  return model;
}

}  // namespace espalier
