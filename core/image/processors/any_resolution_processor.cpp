#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/image/processors/processors.h"
#include "core/image/processors/tiles.h"
#include "core/image/resize.h"

namespace espalier {

namespace {

// LlavaNextImageProcessor and LlavaOnevisionImageProcessor: the whole picture as one tile, then the picture
// scaled, its shape kept, into the best of several given sizes, black around it, and cut into tiles.
class AnyResolutionPictures : public PictureProcessor {
 public:
  AnyResolutionPictures(const ConfigReader& in, std::string name, bool crops)
      : m_name(std::move(name)), m_crops(crops) {
    if (crops) {
      m_sizes = {{336, 672}, {672, 336}, {672, 672}, {1008, 336}, {336, 1008}};
      in.boolean("do_center_crop", m_tile.centerCrops);
      in.size("crop_size", m_tile.cropSize, nullptr, false);
    } else {
      m_tile.shortestEdge.reset();
      m_tile.size = {384, 384};
      m_tile.centerCrops = false;
      for (int height = 384; height <= 2304; height += 384)
        for (int width = 384; width <= 2304; width += 384) m_sizes.push_back({height, width});
    }
    in.boolean("do_resize", m_tile.resizes);
    if (!m_tile.resizes)
      in.refuse("do_resize", "true was expected: the parts of a picture must be of one size");
    in.size("size", m_tile.size, &m_tile.shortestEdge, true);
    in.scaling(m_tile);
    readSizes(in);
    in.requireKnown({"do_resize", "size", "do_center_crop", "crop_size", "image_grid_pinpoints"}, m_name);
    m_whole = m_tile.shortestEdge ? ImageSize{*m_tile.shortestEdge, *m_tile.shortestEdge} : m_tile.size;
    // The parts have the crop's size, cropped or not.
    const int edge = crops ? m_tile.cropSize.height : m_whole.height;
    m_part = {edge, edge};
    // What is left beside whole parts can only become as large as they are by being cropped.
    if (!m_tile.centerCrops)
      for (const auto& size : m_sizes)
        if (size.height % edge || size.width % edge)
          throw Error(ErrorKind::Unsupported,
                      in.source() + " has \"image_grid_pinpoints\" with " + std::to_string(size.height) +
                          " x " + std::to_string(size.width) + " pixels; multiples of the parts' " +
                          std::to_string(edge) + " were expected.");
  }

  std::string className() const override { return m_name; }

  PictureLayout layoutOf(ImageSize picture) const override {
    const auto best = sizeFor(picture);
    PictureLayout layout{.picture = picture};
    layout.tileRows = (best.height + m_part.height - 1) / m_part.height;
    layout.tileColumns = (best.width + m_part.width - 1) / m_part.width;
    layout.tiles = layout.tileRows * layout.tileColumns + 1;
    return layout;
  }

  PictureTensors make(const Image& picture) const override {
    const auto best = sizeFor({picture.height, picture.width});
    std::vector<Image> pictures{resizeImage(picture, m_whole.width, m_whole.height, m_tile.filter)};
    const auto to = fitted({picture.height, picture.width}, best);
    const auto canvas = centredOn(resizeImage(picture, to.width, to.height, m_tile.filter), best);
    for (auto& part : tilesOf(canvas, m_part)) pictures.push_back(std::move(part));
    const auto first = m_tile.apply(pictures[0]);
    PictureTensors out{
        {"pixel_values",
         {{1, int64_t(pictures.size()), 3, first.height, first.width}, pixelsOf(pictures, m_tile)}},
        {"image_sizes", {{1, 2}, std::vector<int64_t>{picture.height, picture.width}}}};
    if (!m_crops) out["batch_num_images"] = {{1}, std::vector<int64_t>{1}};
    return out;
  }

  double bytesFor(ImageSize picture) const override {
    const auto best = sizeFor(picture);
    return resizingBytes(picture, m_whole) + resizingBytes(picture, fitted(picture, best)) +
           3.0 * best.height * best.width + tileBytes(layoutOf(picture).tiles, m_part);
  }

 private:
  void readSizes(const ConfigReader& in) {
    if (!in.has("image_grid_pinpoints")) return;
    const char* expected = "a list of [height, width] was expected";
    const auto& given = in.at("image_grid_pinpoints");
    if (!given.is_array() || given.empty() || given.size() > 4096)
      in.refuse("image_grid_pinpoints", expected);
    m_sizes.clear();
    for (const auto& one : given) {
      if (!one.is_array() || one.size() != 2) in.refuse("image_grid_pinpoints", expected);
      for (const auto& side : one)
        if (!side.is_number_integer() || side < 1 || side > ConfigReader::kLargestSide)
          in.refuse("image_grid_pinpoints", expected);
      m_sizes.push_back({one[0].get<int>(), one[1].get<int>()});
    }
  }

  // The size that keeps most of the picture's pixels, and of those the one with the least beside them.
  ImageSize sizeFor(ImageSize picture) const {
    if (picture.height < 1 || picture.width < 1)
      throw Error(ErrorKind::InvalidInput,
                  "A picture without pixels was given to a model; at least one was expected.");
    ImageSize best = m_sizes[0];
    int64_t most = 0, least = INT64_MAX;
    for (const auto& size : m_sizes) {
      const double scale = std::min(double(size.width) / picture.width, double(size.height) / picture.height);
      const int64_t kept = std::min(int64_t(picture.width * scale) * int64_t(picture.height * scale),
                                    int64_t(picture.width) * picture.height);
      const int64_t wasted = int64_t(size.width) * size.height - kept;
      if (kept > most || (kept == most && wasted < least)) {
        most = kept;
        least = wasted;
        best = size;
      }
    }
    return best;
  }

  // The largest size of the picture's shape within another, rounded up.
  static ImageSize fitted(ImageSize picture, ImageSize into) {
    const double across = double(into.width) / picture.width, down = double(into.height) / picture.height;
    if (across < down) return {std::min(int(std::ceil(picture.height * across)), into.height), into.width};
    return {into.height, std::min(int(std::ceil(picture.width * down)), into.width)};
  }

  std::string m_name;
  bool m_crops;
  ImageProcessor m_tile;  // a tile's own way
  std::vector<ImageSize> m_sizes;
  ImageSize m_whole, m_part;
};

}  // namespace

std::shared_ptr<const PictureProcessor> llavaNextPictures(const ConfigReader& in, const std::string& name) {
  return std::make_shared<AnyResolutionPictures>(in, name, true);
}

std::shared_ptr<const PictureProcessor> llavaOnevisionPictures(const ConfigReader& in,
                                                               const std::string& name) {
  return std::make_shared<AnyResolutionPictures>(in, name, false);
}

}  // namespace espalier
