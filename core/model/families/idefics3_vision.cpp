#include "core/model/families/idefics3_vision.h"

#include "core/base/error.h"
#include "core/model/block_builder.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/patch_embedding.h"

namespace espalier {

namespace {

class Idefics3Start : public Block {
 public:
  Idefics3Start(const std::string& root, const SiglipVisionConfig& config)
      : Block({root + "embeddings", Component::Vision, false, {}}), m_config(config) {}

  void run(State& s, const Pass& pass) const override {
    auto pixels = s.inputs->find("pixel_values");
    if (!pixels.defined()) return;
    if (pixels.dim() == 4) pixels = pixels.unsqueeze(1);
    if (pixels.dim() != 5)
      throw Error(ErrorKind::InvalidInput, "pixel_values has " + std::to_string(pixels.dim()) +
                                               " dimensions; pictures, tiles, channels, height and width "
                                               "were expected.");
    const int64_t most = pixels.size(1);
    const auto tiles = pixels.flatten(0, 1);
    const auto real = realTiles(tiles);
    s.fixed[kPictureOfTile] = at::div(real, most, "floor").unsqueeze(0);
    const auto seen = tiles.index_select(0, real);
    auto x = embedPatches(seen, pass.weight(name() + ".patch_embedding.weight"),
                          pass.weight(name() + ".patch_embedding.bias"));
    const auto patches = pictureInPatches(*s.inputs, real, seen);
    s.attentionBias = patches.all().item<bool>() ? at::Tensor() : maskBias(patches.flatten(1).to(at::kFloat));
    s.hidden = x + pass.weights.rows(name() + ".position_embedding.weight",
                                     spreadPositions(patches, m_config.side()));
  }

 private:
  // Numbers of the tiles that are there.
  static at::Tensor realTiles(const at::Tensor& tiles) {
    auto isUsed = (tiles != 0).flatten(1).any(1);
    if (!isUsed.any().item<bool>()) isUsed = at::arange(tiles.size(0), tiles.options().dtype(at::kLong)) == 0;
    return isUsed.nonzero().squeeze(1);
  }

  // [tiles, rows, columns]: true where a patch holds a pixel of the picture.
  at::Tensor pictureInPatches(const Batch& inputs, const at::Tensor& real, const at::Tensor& seen) const {
    const int64_t p = m_config.patch, rows = seen.size(2) / p, columns = seen.size(3) / p;
    const auto mask = inputs.find("pixel_attention_mask");
    if (!mask.defined()) return at::ones({seen.size(0), rows, columns}, seen.options().dtype(at::kBool));
    const auto& pixels = inputs.at("pixel_values");
    const auto all = mask.flatten(0, mask.dim() - 3);
    if (mask.dim() < 3 || all.size(0) != pixels.numel() / (m_config.channels * seen[0][0].numel()) ||
        all.size(1) != seen.size(2) || all.size(2) != seen.size(3))
      throw Error(ErrorKind::InvalidInput,
                  "pixel_attention_mask must have a number for each pixel of each tile in pixel_values.");
    return (all.index_select(0, real) != 0)
        .slice(1, 0, rows * p)
        .slice(2, 0, columns * p)
        .reshape({seen.size(0), rows, p, columns, p})
        .any(4)
        .any(2);
  }

  SiglipVisionConfig m_config;
};

// What bucket of the table each patch along one side falls into. As the reference, in float32: at the
// buckets' borders rounding decides.
at::Tensor bucketsOf(const at::Tensor& count, int64_t length, int64_t side) {
  const double step = 1.0 / double(side);
  const auto asFloat = at::TensorOptions(at::kFloat).device(count.device());
  const auto borders = at::arange(step, 1.0, step, asFloat);
  const auto share = at::arange(length, asFloat).unsqueeze(0) * (1.0 / count.to(at::kFloat)).unsqueeze(1);
  return at::bucketize(share.clamp_max(1.0 - 1e-6), borders, false, true);
}

}  // namespace

at::Tensor spreadPositions(const at::Tensor& patches, int64_t side) {
  const auto rows = bucketsOf(patches.select(2, 0).sum(1), patches.size(1), side),
             columns = bucketsOf(patches.select(1, 0).sum(1), patches.size(2), side);
  const auto all = rows.unsqueeze(2) * side + columns.unsqueeze(1);
  return all.masked_fill(patches.logical_not(), 0).flatten(1);
}

void addIdefics3Vision(Model& model, const SiglipVisionConfig& c, const std::string& root) {
  const auto name = root + "embeddings";
  model.declare(name + ".patch_embedding.weight", {c.width, c.channels, c.patch, c.patch});
  model.declare(name + ".patch_embedding.bias", {c.width});
  model.declare(name + ".position_embedding.weight", {c.patches(), c.width});
  model.add(std::make_unique<Idefics3Start>(root, c));
  addSiglipLayers(model, c, root, c.layers);
  addSiglipNorm(model, c, root);
}

}  // namespace espalier
