#include <cmath>

#include "core/base/error.h"
#include "core/image/processors/processors.h"
#include "core/image/processors/tiles.h"
#include "core/image/resize.h"

namespace espalier {

namespace {

constexpr int64_t kLongestToShortest = 200;  // what the reference refuses beyond

// Qwen2VLImageProcessor: the picture scaled so that both sides are multiples of a merged patch and its pixels
// lie between two limits, cut into patches. The patches that are merged into one feature follow one another:
// merged rows, merged columns, rows within, columns within. A patch is channel, frame, row, column; a picture
// is a film of equal frames.
class Qwen2VlPictures : public PictureProcessor {
 public:
  Qwen2VlPictures(const ConfigReader& in, std::string name) : m_name(std::move(name)) {
    m_scaling.resizes = m_scaling.centerCrops = false;
    in.boolean("do_resize", m_resizes);
    in.member("size", "shortest_edge", m_fewest, kMaxImagePixels);
    in.member("size", "longest_edge", m_most, kMaxImagePixels);
    in.count("min_pixels", m_fewest, kMaxImagePixels);
    in.count("max_pixels", m_most, kMaxImagePixels);
    in.count("patch_size", m_patch, 1024);
    in.count("temporal_patch_size", m_frames, 64);
    in.count("merge_size", m_merge, 64);
    in.scaling(m_scaling);
    in.requireKnown(
        {"do_resize", "size", "min_pixels", "max_pixels", "patch_size", "temporal_patch_size", "merge_size"},
        m_name);
  }

  std::string className() const override { return m_name; }

  PictureLayout layoutOf(ImageSize picture) const override {
    const auto to = sizeFor(picture);
    return {.picture = picture, .patchRows = to.height / m_patch, .patchColumns = to.width / m_patch};
  }

  PictureTensors make(const Image& picture) const override {
    const auto to = sizeFor({picture.height, picture.width});
    const auto pixels = m_scaling.apply(resizeImage(picture, to.width, to.height, m_scaling.filter));
    const int64_t rows = to.height / m_patch, columns = to.width / m_patch;
    const int64_t plane = int64_t(to.height) * to.width;
    std::vector<float> out;
    out.reserve(size_t(plane * 3 * m_frames));
    for (int64_t blockRow = 0; blockRow < rows; blockRow += m_merge)
      for (int64_t blockColumn = 0; blockColumn < columns; blockColumn += m_merge)
        for (int64_t i = 0; i < m_merge * m_merge; ++i) {
          const int64_t row = blockRow + i / m_merge, column = blockColumn + i % m_merge;
          const float* from = pixels.values.data() + row * m_patch * to.width + column * m_patch;
          for (int64_t channel = 0; channel < 3; ++channel)
            for (int64_t frame = 0; frame < m_frames; ++frame)
              for (int64_t y = 0; y < m_patch; ++y) {
                const float* line = from + channel * plane + y * to.width;
                out.insert(out.end(), line, line + m_patch);
              }
        }
    return {{"pixel_values", {{rows * columns, 3 * m_frames * m_patch * m_patch}, std::move(out)}},
            {"image_grid_thw", {{1, 3}, std::vector<int64_t>{1, rows, columns}}}};
  }

  double bytesFor(ImageSize picture) const override {
    const auto to = sizeFor(picture);
    return resizingBytes(picture, to) + 3.0 * sizeof(float) * to.height * to.width * double(1 + 3 * m_frames);
  }

 private:
  ImageSize sizeFor(ImageSize picture) const {
    const int64_t factor = m_patch * m_merge;
    const double height = picture.height, width = picture.width;
    if (picture.height < 1 || picture.width < 1 ||
        std::max(height, width) / std::min(height, width) > kLongestToShortest)
      throw Error(ErrorKind::InvalidInput, "A picture of " + std::to_string(picture.width) + " x " +
                                               std::to_string(picture.height) +
                                               " pixels was given to a model that takes sides up to " +
                                               std::to_string(kLongestToShortest) + " to 1.");
    if (!m_resizes) {
      if (picture.height % factor || picture.width % factor)
        throw Error(ErrorKind::InvalidInput,
                    "A picture of " + std::to_string(picture.width) + " x " + std::to_string(picture.height) +
                        " pixels is not to be resized (\"do_resize\": false); multiples of " +
                        std::to_string(factor) + " were expected.");
      return picture;
    }
    // A side that rounds to nothing leaves no pixels, and so grows by the lower limit.
    int64_t rows = roundHalfEven(height / double(factor)), columns = roundHalfEven(width / double(factor));
    if (rows * columns * factor * factor > m_most) {
      const double beta = std::sqrt(height * width / double(m_most));
      rows = std::max<int64_t>(1, int64_t(std::floor(height / beta / double(factor))));
      columns = std::max<int64_t>(1, int64_t(std::floor(width / beta / double(factor))));
    } else if (rows * columns * factor * factor < m_fewest) {
      const double beta = std::sqrt(double(m_fewest) / (height * width));
      rows = int64_t(std::ceil(height * beta / double(factor)));
      columns = int64_t(std::ceil(width * beta / double(factor)));
    }
    return {int(rows * factor), int(columns * factor)};
  }

  std::string m_name;
  ImageProcessor m_scaling;
  bool m_resizes = true;
  int64_t m_fewest = 56 * 56, m_most = 28 * 28 * 1280;  // pixels
  int64_t m_patch = 14, m_frames = 2, m_merge = 2;
};

}  // namespace

std::shared_ptr<const PictureProcessor> qwen2VlPictures(const ConfigReader& in, const std::string& name) {
  return std::make_shared<Qwen2VlPictures>(in, name);
}

}  // namespace espalier
