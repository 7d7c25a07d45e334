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
    const bool trained = rows == m_spec.rows && columns == m_spec.columns;
    if (!trained && !m_spec.positions.empty() && m_spec.resize == PositionResize::None)
      throw Error(ErrorKind::InvalidInput,
                  "The pictures make " + std::to_string(rows) + " x " + std::to_string(columns) +
                      " patches; the model has positions for " + std::to_string(m_spec.rows) + " x " +
                      std::to_string(m_spec.columns) + ".");
    const auto token = [&](const std::string& name) {
      return pass.weight(name).reshape({1, -1, x.size(2)}).expand({x.size(0), -1, -1});
    };
    std::vector<at::Tensor> parts;
    for (const auto* name : {&m_spec.classToken, &m_spec.distillationToken})
      if (!name->empty()) parts.push_back(token(*name));
    parts.push_back(x);
    if (parts.size() > 1) x = at::cat(parts, 1);
    if (!m_spec.positions.empty()) x = x + positions(pass, rows, columns).unsqueeze(0);
    if (!m_spec.registers.empty())
      x = at::cat({x.slice(1, 0, m_spec.leading()), token(m_spec.registers), x.slice(1, m_spec.leading())},
                  1);
    if (!m_spec.norm.empty()) x = pass.layerNorm(m_spec.norm, x, m_spec.epsilon);
    s.hidden = x;
    s.attentionBias = at::Tensor();
    pass.record(m_spec.record, x);
  }

 private:
  at::Tensor positions(const Pass& pass, int64_t rows, int64_t columns) const {
    const auto table = pass.weight(m_spec.positions).reshape({m_spec.length(), m_spec.width});
    if (rows == m_spec.rows && columns == m_spec.columns) return table;
    const int64_t leading = m_spec.leading();
    return at::cat(
        {table.slice(0, 0, leading), resizedPositions(table.slice(0, leading), m_spec.rows, m_spec.columns,
                                                      rows, columns, m_spec.resize)});
  }

  PictureStartSpec m_spec;
};

}  // namespace

at::Tensor resizedPositions(const at::Tensor& table, int64_t rows, int64_t columns, int64_t newRows,
                            int64_t newColumns, PositionResize how) {
  if (rows == newRows && columns == newColumns) return table;
  const auto grid = table.reshape({1, rows, columns, table.size(1)}).permute({0, 3, 1, 2}).contiguous();
  const std::vector<int64_t> size{newRows, newColumns};
  at::Tensor resized;
  switch (how) {
    case PositionResize::None:
      throw Error(ErrorKind::Internal, "A table of positions cannot be resized in no way.");
    case PositionResize::Bicubic:
      resized = at::upsample_bicubic2d(grid, size, false);
      break;
    case PositionResize::BicubicAntialiased:
      resized = at::_upsample_bicubic2d_aa(grid, size, false);
      break;
    case PositionResize::BilinearAntialiased:
      resized = at::_upsample_bilinear2d_aa(grid, size, false);
      break;
  }
  return resized.squeeze(0).permute({1, 2, 0}).reshape({newRows * newColumns, table.size(1)});
}

void addPictureStart(Model& model, const PictureStartSpec& s) {
  model.declare(s.projection + ".weight", {s.width, s.channels, s.patch, s.patch});
  if (s.projectionHasBias) model.declare(s.projection + ".bias", {s.width});
  if (!s.classToken.empty()) model.declare(s.classToken, s.classTokenShape);
  if (!s.distillationToken.empty()) model.declare(s.distillationToken, s.classTokenShape);
  if (!s.registers.empty()) model.declare(s.registers, {1, s.registerCount, s.width});
  if (!s.positions.empty()) model.declare(s.positions, s.positionsShape);
  if (!s.norm.empty()) declareLayerNorm(model, s.norm, s.width);
  model.add(std::make_unique<PictureStart>(s));
}

}  // namespace espalier
