#include <algorithm>
#include <cmath>

#include "core/image/processors/processors.h"
#include "core/image/processors/tiles.h"

namespace espalier {

namespace {

// Gemma3ImageProcessor: the whole picture scaled to one size; with pan and scan also equal parts along its
// longer side, if that is long enough.
class Gemma3Pictures : public PictureProcessor {
 public:
  Gemma3Pictures(const ConfigReader& in, std::string name) : m_name(std::move(name)) {
    m_tile = ImageProcessor::forImageSize({224, 224}, {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5});
    m_tile.filter = ResizeFilter::Bilinear;
    in.boolean("do_resize", m_tile.resizes);
    if (!m_tile.resizes)
      in.refuse("do_resize", "true was expected: the parts of a picture must be of one size");
    in.size("size", m_tile.size, nullptr, false);
    in.boolean("do_pan_and_scan", m_pans);
    in.count("pan_and_scan_min_crop_size", m_smallest, ConfigReader::kLargestSide);
    in.count("pan_and_scan_max_num_crops", m_most, 1024);
    in.positive("pan_and_scan_min_ratio_to_activate", m_ratio);
    in.scaling(m_tile);
    in.requireKnown({"do_resize", "size", "do_pan_and_scan", "pan_and_scan_min_crop_size",
                     "pan_and_scan_max_num_crops", "pan_and_scan_min_ratio_to_activate"},
                    m_name);
  }

  std::string className() const override { return m_name; }

  PictureLayout layoutOf(ImageSize picture) const override {
    const int64_t parts = partsOf(picture);
    PictureLayout layout{.picture = picture, .tiles = 1 + parts};
    if (parts) {
      layout.tileRows = picture.width >= picture.height ? 1 : parts;
      layout.tileColumns = picture.width >= picture.height ? parts : 1;
    }
    return layout;
  }

  PictureTensors make(const Image& picture) const override {
    const auto layout = layoutOf({picture.height, picture.width});
    std::vector<Image> pictures{picture};
    if (layout.tiles > 1) {
      const auto across = [](int side, int64_t count) { return int((side + count - 1) / count); };
      for (auto& part : tilesOf(
               picture, {across(picture.height, layout.tileRows), across(picture.width, layout.tileColumns)}))
        pictures.push_back(std::move(part));
    }
    return {
        {"pixel_values",
         {{int64_t(pictures.size()), 3, m_tile.size.height, m_tile.size.width}, pixelsOf(pictures, m_tile)}},
        {"num_crops", {{1}, std::vector<int64_t>{int64_t(pictures.size()) - 1}}}};
  }

  double bytesFor(ImageSize picture) const override {
    const auto layout = layoutOf(picture);
    const double copies = 2 * 3.0 * picture.height * picture.width;  // the picture among its parts, and these
    return copies + m_tile.bytesFor(picture) + tileBytes(layout.tiles, m_tile.size);
  }

 private:
  int64_t partsOf(ImageSize picture) const {
    if (!m_pans) return 0;
    const int longer = std::max(picture.height, picture.width),
              shorter = std::min(picture.height, picture.width);
    const double ratio = double(longer) / shorter;
    if (ratio < m_ratio) return 0;
    const int64_t wanted = std::min(longer / m_smallest, int64_t(std::floor(ratio + 0.5)));
    const int64_t parts = std::min(m_most, std::max<int64_t>(2, wanted));
    const int64_t part = (longer + parts - 1) / parts;
    if (std::min<int64_t>(part, shorter) < m_smallest) return 0;
    return (longer + part - 1) / part;
  }

  std::string m_name;
  ImageProcessor m_tile;
  bool m_pans = false;
  int64_t m_smallest = 256, m_most = 4;
  double m_ratio = 1.2;
};

}  // namespace

std::shared_ptr<const PictureProcessor> gemma3Pictures(const ConfigReader& in, const std::string& name) {
  return std::make_shared<Gemma3Pictures>(in, name);
}

}  // namespace espalier
