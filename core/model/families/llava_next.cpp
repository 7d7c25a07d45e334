#include <algorithm>

#include "core/base/json_text.h"
#include "core/model/families/any_resolution.h"
#include "core/model/families/families.h"
#include "core/model/families/language_part.h"
#include "core/model/families/llava_tower.h"
#include "core/model/families/picture_text.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// The pictures of a batch: their sizes before they were cut, and which were cut. Several pictures in one
// row (batch_num_images) are given whole.
struct CutPictures {
  std::vector<PictureSize> sizes;
  std::vector<bool> divided;

  static CutPictures of(const Batch& batch) {
    CutPictures p;
    const auto sizes = batch.at("image_sizes").cpu().to(at::kLong).contiguous();
    if (sizes.dim() != 2 || sizes.size(1) != 2 || (sizes.numel() > 0 && sizes.min().item<int64_t>() < 1))
      throw Error(ErrorKind::InvalidInput,
                  "image_sizes must hold a height and a width of at least 1 for each picture.");
    for (int64_t i = 0; i < sizes.size(0); ++i) {
      const int64_t* size = sizes.data_ptr<int64_t>() + 2 * i;
      p.sizes.push_back({size[0], size[1]});
    }
    p.divided.assign(p.sizes.size(), true);
    const auto counts = batch.find("batch_num_images");
    if (!counts.defined()) return p;
    const auto each = counts.cpu().to(at::kLong).contiguous();
    p.divided.clear();
    for (int64_t r = 0; r < each.numel(); ++r) {
      const int64_t n = each.data_ptr<int64_t>()[r];
      p.divided.insert(p.divided.end(), size_t(std::max<int64_t>(n, 0)), n == 1);
    }
    if (p.divided.size() != p.sizes.size())
      throw Error(ErrorKind::InvalidInput, "batch_num_images counts " + std::to_string(p.divided.size()) +
                                               " pictures; image_sizes has " +
                                               std::to_string(p.sizes.size()) + ".");
    return p;
  }
  int64_t tiles(const AnyResolution& cut, size_t i) const { return divided[i] ? cut.tilesOf(sizes[i]) : 1; }
};

// Tiles of all pictures one after another, [tiles, 3, height, width], without those that fill a batch up.
class TileStart : public Block {
 public:
  TileStart(std::string name, AnyResolution cut)
      : Block({std::move(name), Component::Vision, false, {}}), m_cut(std::move(cut)) {}
  void run(State& s, const Pass&) const override {
    const auto& pixels = s.inputs->at("pixel_values");
    if (pixels.dim() == 4) return;  // they are already
    const auto pictures = CutPictures::of(*s.inputs);
    if (pixels.dim() != 5 || pixels.size(0) != int64_t(pictures.sizes.size()))
      throw Error(ErrorKind::InvalidInput,
                  "pixel_values must be [pictures, tiles, 3, height, width] with as many pictures as "
                  "image_sizes, which has " +
                      std::to_string(pictures.sizes.size()) + ".");
    std::vector<at::Tensor> tiles;
    for (size_t i = 0; i < pictures.sizes.size(); ++i) {
      const int64_t count = pictures.tiles(m_cut, i);
      if (count > pixels.size(1))
        throw Error(ErrorKind::InvalidInput, "A picture of " + std::to_string(pictures.sizes[i].columns) +
                                                 " x " + std::to_string(pictures.sizes[i].rows) +
                                                 " pixels is cut into " + std::to_string(count) +
                                                 " tiles; pixel_values has " +
                                                 std::to_string(pixels.size(1)) + " of it.");
      tiles.push_back(pixels.select(0, int64_t(i)).narrow(0, 0, count));
    }
    auto flat = std::make_shared<Batch>(*s.inputs);
    flat->tensors["pixel_values"] = at::cat(tiles);
    s.inputs = std::move(flat);
  }

 private:
  AnyResolution m_cut;
};

// Puts the features of each picture's tiles into the order they have in the text.
class TilePacking : public Block {
 public:
  TilePacking(std::string newline, AnyResolution cut)
      : Block({std::move(newline), Component::Projector, false, {}}), m_cut(std::move(cut)) {}
  void run(State& s, const Pass& pass) const override {
    const auto pictures = CutPictures::of(*s.inputs);
    const int64_t each = s.hidden.size(1), width = s.hidden.size(2);
    if (each != m_cut.side * m_cut.side)
      throw Error(ErrorKind::InvalidInput, "A tile has " + std::to_string(each) + " features; " +
                                               std::to_string(m_cut.side * m_cut.side) + " were expected.");
    int64_t tiles = 0;
    for (size_t i = 0; i < pictures.sizes.size(); ++i) tiles += pictures.tiles(m_cut, i);
    const int64_t forks = s.hidden.size(0) / tiles;
    const auto all = s.hidden.reshape({forks, tiles, each, width});
    const auto newline = pass.weight(name()).view({1, 1, 1, width});
    std::vector<at::Tensor> packed;
    int64_t first = 0;
    for (size_t i = 0; i < pictures.sizes.size(); ++i) {
      const int64_t count = pictures.tiles(m_cut, i);
      packed.push_back(all.select(1, first));
      if (count > 1)
        packed.push_back(
            together(all.narrow(1, first + 1, count - 1), m_cut.gridOf(pictures.sizes[i]), newline));
      else
        packed.push_back(newline.view({1, 1, width}).expand({forks, 1, width}));
      first += count;
    }
    s.hidden = at::cat(packed, 1);
    const auto flat = s.hidden.flatten(0, 1);
    recordFeatures(pass, flat);
  }

 private:
  // tiles [forks, tile rows * tile columns, features, width] -> [forks, features, width].
  at::Tensor together(const at::Tensor& tiles, const AnyResolution::Grid& g,
                      const at::Tensor& newline) const {
    const int64_t forks = tiles.size(0), width = tiles.size(3), side = m_cut.side;
    auto grid = tiles.reshape({forks, g.tileRows, g.tileColumns, side, side, width})
                    .permute({0, 1, 3, 2, 4, 5})
                    .reshape({forks, g.tileRows * side, g.tileColumns * side, width})
                    .narrow(1, g.top, g.kept.rows)
                    .narrow(2, g.left, g.kept.columns);
    if (g.thinned.rows != g.kept.rows || g.thinned.columns != g.kept.columns)
      grid = at::upsample_bilinear2d(grid.permute({0, 3, 1, 2}).contiguous(),
                                     {g.thinned.rows, g.thinned.columns}, false)
                 .permute({0, 2, 3, 1});
    return at::cat({grid, newline.expand({forks, grid.size(1), 1, width})}, 2).flatten(1, 2);
  }

  AnyResolution m_cut;
};

// image_grid_pinpoints, or the family's sizes: multiples of its tile.
std::vector<PictureSize> sizesOf(const nlohmann::json& config, int64_t tile,
                                 const std::vector<PictureSize>& absent) {
  std::vector<PictureSize> sizes;
  for (const auto& size :
       configValue<std::vector<std::vector<int64_t>>>(config, "image_grid_pinpoints", {})) {
    if (size.size() != 2 || std::min(size[0], size[1]) < tile)
      throw Error(ErrorKind::Format, "config.json has \"image_grid_pinpoints\" with " + jsonText(size) +
                                         "; a height and a width of at least a tile's " +
                                         std::to_string(tile) + " pixels were expected.");
    sizes.push_back({size[0], size[1]});
  }
  return sizes.empty() ? absent : sizes;
}

// "anyres_max_9" -> 9.
int64_t mostTilesOf(const nlohmann::json& config) {
  const std::string prefix = "anyres_max_";
  const auto ratio = configValue<std::string>(config, "vision_aspect_ratio", prefix + "9");
  const auto number = ratio.starts_with(prefix) ? ratio.substr(prefix.size()) : std::string();
  if (number.empty() || number.size() > 6 || number.find_first_not_of("0123456789") != std::string::npos ||
      std::stoll(number) < 1)
    throw Error(ErrorKind::Unsupported, "config.json has \"vision_aspect_ratio\": \"" + ratio + "\"; " +
                                            prefix + "N can be computed.");
  return std::stoll(number);
}

std::shared_ptr<const Model> buildAnyResolution(const ModelSource& source, bool oneVision) {
  const auto& config = source.config;
  const auto part = LanguagePart::parse(source, oneVision ? "qwen2" : "llama", false);
  auto model =
      std::make_shared<Model>(oneVision ? "llava-onevision" : "llava-next", ModelTask::Answer, config);
  const auto newline = source.prefixOf("image_newline", {"", "model."}) + "image_newline";
  const auto cut = anyResolutionOf(config);
  model->add(std::make_unique<TileStart>("tiles", cut));
  const auto tower =
      addLlavaTower(*model, source, part.decoder.width, oneVision ? -1 : -2, oneVision ? "full" : "default",
                    oneVision ? "siglip_vision_model" : "clip_vision_model");
  if (tower.classToken)
    throw Error(ErrorKind::Unsupported,
                "config.json has \"vision_feature_select_strategy\": \"full\" with a tower of CLIP's kind; "
                "default can be computed.");
  model->declare(newline, {part.decoder.width});
  model->add(std::make_unique<TilePacking>(newline, cut));
  addPictureText(*model, part.decoder, {configPictureToken(config, oneVision ? 151646 : 32000)}, part.root,
                 part.headRoot);
  return model;
}

}  // namespace

AnyResolution anyResolutionOf(const nlohmann::json& config) {
  const bool oneVision = configValue<std::string>(config, "model_type", "") == "llava_onevision";
  const auto vision = configSection(config, "vision_config");
  AnyResolution cut;
  cut.tile = configSquare(vision, "image_size", oneVision ? 384 : 336);
  const int64_t patch = configSquare(vision, "patch_size", 14);
  if (patch > cut.tile)
    throw Error(ErrorKind::Format, "config.json (vision_config) has a \"patch_size\" of " +
                                       std::to_string(patch) + " above its \"image_size\" of " +
                                       std::to_string(cut.tile) + ".");
  cut.side = cut.tile / patch;
  std::vector<PictureSize> absent{{336, 672}, {672, 336}, {672, 672}, {1008, 336}, {336, 1008}};
  if (oneVision) {
    absent.clear();
    for (int64_t rows = 384; rows <= 2304; rows += 384)
      for (int64_t columns = 384; columns <= 2304; columns += 384) absent.push_back({rows, columns});
    cut.mostTiles = mostTilesOf(config);
  }
  cut.sizes = sizesOf(config, cut.tile, absent);
  return cut;
}

std::shared_ptr<const Model> buildLlavaNext(const ModelSource& source) {
  return buildAnyResolution(source, false);
}

std::shared_ptr<const Model> buildLlavaOneVision(const ModelSource& source) {
  return buildAnyResolution(source, true);
}

}  // namespace espalier
