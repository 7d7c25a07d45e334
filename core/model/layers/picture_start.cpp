#include "core/model/layers/picture_start.h"

#include "core/base/error.h"
#include "core/model/block_builder.h"
#include "core/model/layers/patch_embedding.h"

namespace espalier {

namespace {

class PictureStart : public Block {
 public:
  explicit PictureStart(PictureStartSpec spec)
      : Block({spec.name, Component::Vision, false, {}}), m_spec(std::move(spec)) {}

  void run(State& s, const Pass& pass) const override {
    const auto bias = m_spec.projectionHasBias ? pass.weight(m_spec.projection + ".bias") : at::Tensor();
    auto x = embedPatches(s.inputs->at("pixel_values"), pass.weight(m_spec.projection + ".weight"), bias);
    const auto& pixels = s.inputs->at("pixel_values");
    const int64_t rows = pixels.size(2) / m_spec.patch, columns = pixels.size(3) / m_spec.patch;
    if (rows != m_spec.rows || columns != m_spec.columns)
      throw Error(ErrorKind::InvalidInput,
                  "The pictures make " + std::to_string(rows) + " x " + std::to_string(columns) +
                      " patches; the model has positions for " + std::to_string(m_spec.rows) + " x " +
                      std::to_string(m_spec.columns) + ".");
    if (!m_spec.classToken.empty())
      x = at::cat({pass.weight(m_spec.classToken).reshape({1, 1, -1}).expand({x.size(0), 1, x.size(2)}), x},
                  1);
    if (!m_spec.positions.empty()) x = x + pass.weight(m_spec.positions).view({1, x.size(1), x.size(2)});
    if (!m_spec.norm.empty()) x = pass.layerNorm(m_spec.norm, x, m_spec.epsilon);
    s.hidden = x;
    s.attentionBias = at::Tensor();
    pass.record(m_spec.record, x);
  }

 private:
  PictureStartSpec m_spec;
};

}  // namespace

void addPictureStart(Model& model, const PictureStartSpec& s) {
  model.declare(s.projection + ".weight", {s.width, s.channels, s.patch, s.patch});
  if (s.projectionHasBias) model.declare(s.projection + ".bias", {s.width});
  if (!s.classToken.empty()) model.declare(s.classToken, s.classTokenShape);
  if (!s.positions.empty()) model.declare(s.positions, s.positionsShape);
  if (!s.norm.empty()) declareLayerNorm(model, s.norm, s.width);
  model.add(std::make_unique<PictureStart>(s));
}

}  // namespace espalier
