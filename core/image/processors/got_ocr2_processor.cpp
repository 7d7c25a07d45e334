#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/image/processors/processors.h"
#include "core/image/processors/tiles.h"
#include "core/image/resize.h"

namespace espalier {

namespace {

// GotOcr2ImageProcessor: the picture scaled to the grid of tiles whose shape is nearest its own, the tiles
// row by row, and the whole picture last where there are several.
class GotOcr2Pictures : public PictureProcessor {
 public:
  GotOcr2Pictures(const ConfigReader& in, std::string name) : m_name(std::move(name)) {
    const auto clip = m_tile;
    m_tile = ImageProcessor::forImageSize({384, 384}, clip.imageMean, clip.imageStd);
    in.boolean("do_resize", m_tile.resizes);
    if (!m_tile.resizes)
      in.refuse("do_resize", "true was expected: the parts of a picture must be of one size");
    in.size("size", m_tile.size, nullptr, false);
    in.boolean("crop_to_patches", m_divides);
    // InternVL's whole processor has its pictures divided whatever is stored here.
    if (in.has("processor_class") && in.at("processor_class") == "InternVLProcessor") m_divides = true;
    in.count("min_patches", m_fewest, kMostTiles);
    in.count("max_patches", m_most, kMostTiles);
    in.scaling(m_tile);
    in.requireKnown({"do_resize", "size", "crop_to_patches", "min_patches", "max_patches"}, m_name);
    if (m_fewest > m_most) in.refuse("min_patches", "at most \"max_patches\" was expected");
  }

  std::string className() const override { return m_name; }

  PictureLayout layoutOf(ImageSize picture) const override {
    if (picture.height < 1 || picture.width < 1)
      throw Error(ErrorKind::InvalidInput,
                  "A picture without pixels was given to a model; at least one was expected.");
    PictureLayout layout{.picture = picture};
    if (!m_divides) return layout;
    const auto grid = gridFor(picture);
    if (grid.height * grid.width == 1) return layout;
    layout.tileRows = grid.height;
    layout.tileColumns = grid.width;
    layout.tiles = layout.tileRows * layout.tileColumns + 1;
    return layout;
  }

  PictureTensors make(const Image& picture) const override {
    const auto layout = layoutOf({picture.height, picture.width});
    std::vector<Image> pictures;
    if (layout.tiles > 1)
      pictures = tilesOf(resizeImage(picture, m_tile.size.width * int(layout.tileColumns),
                                     m_tile.size.height * int(layout.tileRows), m_tile.filter),
                         m_tile.size);
    pictures.push_back(picture);
    return {{"pixel_values",
             {{layout.tiles, 3, m_tile.size.height, m_tile.size.width}, pixelsOf(pictures, m_tile)}},
            {"num_patches", {{1}, std::vector<int64_t>{layout.tiles}}}};
  }

  double bytesFor(ImageSize picture) const override {
    const auto layout = layoutOf(picture);
    const ImageSize grid{m_tile.size.height * int(layout.tileRows),
                         m_tile.size.width * int(layout.tileColumns)};
    return 3.0 * picture.height * picture.width + resizingBytes(picture, grid) + m_tile.bytesFor(picture) +
           tileBytes(layout.tiles, m_tile.size);
  }

 private:
  static constexpr int64_t kMostTiles = 1024;

  // In tiles. Of equally near shapes the one with more tiles, unless the picture has less than half their
  // pixels.
  ImageSize gridFor(ImageSize picture) const {
    std::vector<ImageSize> grids;
    for (int width = 1; width <= m_most; ++width)
      for (int height = 1; height <= m_most; ++height)
        if (width * height <= m_most && width * height >= m_fewest) grids.push_back({height, width});
    std::stable_sort(grids.begin(), grids.end(), [](const ImageSize& a, const ImageSize& b) {
      return a.width * a.height < b.width * b.height;
    });
    const double aspect = double(picture.width) / picture.height;
    const double area = double(picture.width) * picture.height;
    double best = std::numeric_limits<double>::infinity();
    ImageSize out{1, 1};
    for (const auto& grid : grids) {
      const double distance = std::abs(aspect - double(grid.width) / grid.height);
      const bool enough = area > 0.5 * m_tile.size.height * m_tile.size.width * grid.width * grid.height;
      if (distance < best || (distance == best && enough)) {
        best = distance;
        out = grid;
      }
    }
    return out;
  }

  std::string m_name;
  ImageProcessor m_tile;
  bool m_divides = false;
  int64_t m_fewest = 1, m_most = 12;
};

}  // namespace

std::shared_ptr<const PictureProcessor> gotOcr2Pictures(const ConfigReader& in, const std::string& name) {
  return std::make_shared<GotOcr2Pictures>(in, name);
}

}  // namespace espalier
