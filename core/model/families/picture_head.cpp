#include "core/model/families/picture_head.h"

#include "core/model/block_builder.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

class PictureHead : public Block {
 public:
  explicit PictureHead(PictureHeadSpec spec)
      : Block({spec.classes == 0                              ? spec.norm
               : spec.pool == PictureHeadSpec::Pool::TwoHeads ? "cls_classifier"
                                                              : "classifier",
               Component::Vision,
               false,
               {}}),
        m_spec(std::move(spec)) {}

  void run(State& s, const Pass& pass) const override {
    const auto x = pass.layerNorm(m_spec.norm, s.hidden, m_spec.epsilon);
    pass.record("last_hidden_state", x);
    if (m_spec.classes == 0) {
      s.hidden = x;
      const auto first = x.select(1, 0);
      pass.record("pooler_output",
                  m_spec.pooler.empty() ? first : at::tanh(pass.linear(m_spec.pooler, first)));
      return;
    }
    s.logits = logitsOf(pass, x);
    if (s.inputs->has("labels")) setClassLoss(s, s.logits, s.inputs->at("labels"));
    pass.record("logits", s.logits);
  }

 private:
  at::Tensor logitsOf(const Pass& pass, const at::Tensor& x) const {
    const auto first = x.select(1, 0);
    switch (m_spec.pool) {
      case PictureHeadSpec::Pool::First:
        break;
      case PictureHeadSpec::Pool::Mean:
        return pass.linear(name(), x.slice(1, m_spec.tokens).mean(1));
      case PictureHeadSpec::Pool::FirstAndMean:
        return pass.linear(name(), at::cat({first, x.slice(1, m_spec.tokens).mean(1)}, 1));
      case PictureHeadSpec::Pool::TwoHeads: {
        const auto distilled = pass.linear("distillation_classifier", x.select(1, 1));
        const auto own = pass.linear(name(), first);
        pass.record("cls_logits", own);
        pass.record("distillation_logits", distilled);
        return (own + distilled) / 2;
      }
    }
    return pass.linear(name(), first);
  }

  PictureHeadSpec m_spec;
};

}  // namespace

void addPictureHead(Model& model, const PictureHeadSpec& s) {
  declareLayerNorm(model, s.norm, s.width);
  if (!s.pooler.empty()) declareLinear(model, s.pooler, s.width, s.width, true);
  auto block = std::make_unique<PictureHead>(s);
  if (s.classes > 0) {
    const bool both = s.pool == PictureHeadSpec::Pool::FirstAndMean;
    declareLinear(model, block->name(), s.classes, (both ? 2 : 1) * s.width, true);
    if (s.pool == PictureHeadSpec::Pool::TwoHeads)
      declareLinear(model, "distillation_classifier", s.classes, s.width, true);
  }
  model.add(std::move(block));
}

int64_t classesOf(const nlohmann::json& c) {
  const auto names = configSection(c, "id2label");
  if (const auto problem = configValue<std::string>(c, "problem_type", "single_label_classification");
      problem != "single_label_classification")
    throw Error(ErrorKind::Unsupported, "config.json has \"problem_type\": \"" + problem +
                                            "\"; single_label_classification can be computed.");
  return names.empty() ? configSize(c, "num_labels", 2) : int64_t(names.size());
}

}  // namespace espalier
