#include "core/model/families/siglip2_tower.h"

#include <cmath>

#include "core/model/block_builder.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/picture_start.h"

namespace espalier {

namespace {

class Siglip2Start : public Block {
 public:
  Siglip2Start(const std::string& root, const SiglipVisionConfig& config)
      : Block({root + "embeddings", Component::Vision, false, {}}), m_config(config) {}

  void run(State& s, const Pass& pass) const override {
    const auto& patches = s.inputs->at("pixel_values");
    const int64_t numbers = m_config.channels * m_config.patch * m_config.patch;
    if (patches.dim() != 3 || patches.size(2) != numbers)
      throw Error(ErrorKind::InvalidInput,
                  "pixel_values must be [pictures, patches, " + std::to_string(numbers) + "] for SigLIP 2.");
    const auto shapes = shapesOf(*s.inputs, patches.size(0), patches.size(1));
    const auto table = pass.weight(name() + ".position_embedding.weight");
    std::vector<at::Tensor> positions;
    for (const auto& [rows, columns] : shapes) {
      const auto own = resizedPositions(table, m_config.side(), m_config.side(), rows, columns,
                                        PositionResize::BilinearAntialiased);
      // As the reference fills up; nothing sees it.
      positions.push_back(
          at::cat({own, own.slice(0, 0, 1).expand({patches.size(1) - own.size(0), own.size(1)})}));
    }
    s.hidden = pass.linear(name() + ".patch_embedding", patches) + at::stack(positions);
    s.attentionBias = maskBias(s.inputs->at("pixel_attention_mask"));
  }

 private:
  struct Shape {
    int64_t rows, columns;
  };

  static std::vector<Shape> shapesOf(const Batch& inputs, int64_t pictures, int64_t most) {
    const auto shapes = inputs.at("spatial_shapes").cpu().to(at::kLong).contiguous();
    const auto& given = inputs.at("pixel_attention_mask");
    if (shapes.dim() != 2 || shapes.size(0) != pictures || shapes.size(1) != 2 || given.dim() != 2 ||
        given.size(0) != pictures || given.size(1) != most)
      throw Error(ErrorKind::InvalidInput,
                  "spatial_shapes and pixel_attention_mask must have a row for each "
                  "of the " +
                      std::to_string(pictures) + " pictures in pixel_values.");
    const auto seen = given.cpu().to(at::kLong).sum(1).contiguous();
    std::vector<Shape> out;
    for (int64_t p = 0; p < pictures; ++p) {
      const int64_t rows = shapes.data_ptr<int64_t>()[2 * p], columns = shapes.data_ptr<int64_t>()[2 * p + 1],
                    patches = seen.data_ptr<int64_t>()[p];
      if (rows < 1 || columns < 1 || rows > most || columns > most || rows * columns != patches)
        throw Error(ErrorKind::InvalidInput,
                    "Picture " + std::to_string(p) + " has " + std::to_string(patches) +
                        " patches by pixel_attention_mask; spatial_shapes makes it " + std::to_string(rows) +
                        " x " + std::to_string(columns) + ".");
      out.push_back({rows, columns});
    }
    return out;
  }

  SiglipVisionConfig m_config;
};

}  // namespace

SiglipVisionConfig parseSiglip2Vision(const nlohmann::json& c) {
  const int64_t positions = configSize(c, "num_patches", 256),
                side = std::llround(std::sqrt(double(positions)));
  if (side * side != positions)
    throw Error(ErrorKind::Format, "config.json (vision_config) has \"num_patches\": " +
                                       std::to_string(positions) + "; a square number was expected.");
  auto sized = c;
  sized["image_size"] = side * configSquare(c, "patch_size", 16);
  return SiglipVisionConfig::parse(sized);
}

void addSiglip2Vision(Model& model, const SiglipVisionConfig& c, const std::string& root) {
  declareLinear(model, root + "embeddings.patch_embedding", c.width, c.channels * c.patch * c.patch, true);
  model.declare(root + "embeddings.position_embedding.weight", {c.patches(), c.width});
  model.add(std::make_unique<Siglip2Start>(root, c));
  addSiglipLayers(model, c, root, c.layers);
}

}  // namespace espalier
