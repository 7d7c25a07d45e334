#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/image/processors/processors.h"
#include "core/image/processors/tiles.h"
#include "core/image/resize.h"

namespace espalier {

namespace {

constexpr int64_t kLargestIdeficsSide = 4096;  // the reference's bound on the first resize

// Idefics3ImageProcessor and SmolVLMImageProcessor: the longer side scaled to a given length, then both sides
// up to multiples of a tile; the tiles row by row, the whole picture as one tile last. A picture that fits
// one tile is that tile. Without splitting it is scaled to one tile, its shape given up.
class Idefics3Pictures : public PictureProcessor {
 public:
  Idefics3Pictures(const ConfigReader& in, std::string name) : m_name(std::move(name)) {
    m_scaling.resizes = m_scaling.centerCrops = false;
    m_scaling.filter = ResizeFilter::Lanczos;
    m_scaling.imageMean = m_scaling.imageStd = {0.5, 0.5, 0.5};
    in.boolean("do_resize", m_resizes);
    in.boolean("do_image_splitting", m_splits);
    in.member("size", "longest_edge", m_longest, ConfigReader::kLargestSide);
    in.member("max_image_size", "longest_edge", m_tile, ConfigReader::kLargestSide);
    in.scaling(m_scaling);
    in.requireKnown({"do_resize", "do_image_splitting", "size", "max_image_size"}, m_name);
  }

  std::string className() const override { return m_name; }

  PictureLayout layoutOf(ImageSize picture) const override {
    const auto last = sizesFor(picture).back();
    PictureLayout layout{.picture = picture};
    if (last.height > m_tile || last.width > m_tile) {
      layout.tileRows = last.height / m_tile;
      layout.tileColumns = last.width / m_tile;
      layout.tiles = layout.tileRows * layout.tileColumns + 1;
    }
    return layout;
  }

  PictureTensors make(const Image& picture) const override {
    Image scaled = picture;
    for (const auto to : sizesFor({picture.height, picture.width}))
      scaled = resizeImage(scaled, to.width, to.height, m_scaling.filter);
    const int side = int(m_tile);
    auto tiles = tilesOf(scaled, {side, side});
    if (tiles.size() > 1) tiles.push_back(resizeImage(scaled, side, side, m_scaling.filter));
    const auto count = int64_t(tiles.size());
    return {{"pixel_values", {{1, count, 3, m_tile, m_tile}, pixelsOf(tiles, m_scaling)}},
            {"pixel_attention_mask",
             {{1, count, m_tile, m_tile}, std::vector<uint8_t>(size_t(count * m_tile * m_tile), 1)}}};
  }

  double bytesFor(ImageSize picture) const override {
    double bytes = 3.0 * picture.height * picture.width;  // a copy to begin with
    for (const auto to : sizesFor(picture)) {
      bytes += resizingBytes(picture, to);
      picture = to;
    }
    const int side = int(m_tile);
    const auto across = [&](int length) { return (int64_t(length) + m_tile - 1) / m_tile; };
    return bytes + tileBytes(across(picture.height) * across(picture.width) + 1, {side, side});
  }

 private:
  // The sizes the picture takes one after another; the last in whole tiles.
  std::vector<ImageSize> sizesFor(ImageSize picture) const {
    if (picture.height < 1 || picture.width < 1)
      throw Error(ErrorKind::InvalidInput,
                  "A picture without pixels was given to a model; at least one was expected.");
    std::vector<ImageSize> out;
    int64_t height = picture.height, width = picture.width;
    const auto reach = [&](int64_t edge, bool even) {
      const double aspect = double(width) / double(height);
      int64_t& other = width >= height ? height : width;
      (width >= height ? width : height) = edge;
      other = int64_t(&other == &height ? double(edge) / aspect : double(edge) * aspect);
      if (even) other += other % 2;
      other = std::max<int64_t>(1, other);
    };
    if (m_resizes) {
      reach(m_longest, true);
      if (std::max(height, width) > kLargestIdeficsSide) reach(kLargestIdeficsSide, false);
      out.push_back({int(height), int(width)});
    }
    if (!m_splits) {
      out.push_back({int(m_tile), int(m_tile)});
      return out;
    }
    const auto inTiles = [&](int64_t side) { return (side + m_tile - 1) / m_tile * m_tile; };
    reach(inTiles(std::max(height, width)), false);
    out.push_back({int(inTiles(height)), int(inTiles(width))});
    return out;
  }

  std::string m_name;
  ImageProcessor m_scaling;
  bool m_resizes = true, m_splits = true;
  int64_t m_longest = 4 * 364, m_tile = 364;
};

}  // namespace

std::shared_ptr<const PictureProcessor> idefics3Pictures(const ConfigReader& in, const std::string& name) {
  return std::make_shared<Idefics3Pictures>(in, name);
}

}  // namespace espalier
