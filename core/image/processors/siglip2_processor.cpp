#include <cmath>

#include "core/base/error.h"
#include "core/image/processors/processors.h"
#include "core/image/resize.h"

namespace espalier {

namespace {

// Siglip2ImageProcessor: the picture scaled to as many patches as are allowed, its shape kept but for whole
// patches; the patches row by row, each row, column, channel; zeros up to the allowed number.
class Siglip2Pictures : public PictureProcessor {
 public:
  Siglip2Pictures(const ConfigReader& in, std::string name) : m_name(std::move(name)) {
    m_scaling.resizes = m_scaling.centerCrops = false;
    m_scaling.filter = ResizeFilter::Bilinear;
    m_scaling.imageMean = m_scaling.imageStd = {0.5, 0.5, 0.5};
    in.boolean("do_resize", m_resizes);
    in.count("patch_size", m_patch, 1024);
    in.count("max_num_patches", m_most, 1 << 16);
    in.scaling(m_scaling);
    in.requireKnown({"do_resize", "patch_size", "max_num_patches"}, m_name);
  }

  std::string className() const override { return m_name; }

  PictureLayout layoutOf(ImageSize picture) const override {
    const auto to = sizeFor(picture);
    return {.picture = picture, .patchRows = to.height / m_patch, .patchColumns = to.width / m_patch};
  }

  PictureTensors make(const Image& picture) const override {
    const auto to = sizeFor({picture.height, picture.width});
    const auto pixels = m_scaling.apply(resizeImage(picture, to.width, to.height, m_scaling.filter));
    const int64_t rows = to.height / m_patch, columns = to.width / m_patch, width = m_patch * m_patch * 3;
    const int64_t plane = int64_t(to.height) * to.width;
    std::vector<float> out(size_t(m_most * width));
    std::vector<uint8_t> mask(static_cast<size_t>(m_most));
    std::fill_n(mask.begin(), rows * columns, uint8_t(1));
    auto at = out.begin();
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < columns; ++column)
        for (int64_t y = 0; y < m_patch; ++y)
          for (int64_t x = 0; x < m_patch; ++x)
            for (int64_t channel = 0; channel < 3; ++channel)
              *at++ = pixels.values[size_t(channel * plane + (row * m_patch + y) * to.width +
                                           column * m_patch + x)];
    return {{"pixel_values", {{1, m_most, width}, std::move(out)}},
            {"pixel_attention_mask", {{1, m_most}, std::move(mask)}},
            {"spatial_shapes", {{1, 2}, std::vector<int64_t>{rows, columns}}}};
  }

  double bytesFor(ImageSize picture) const override {
    const auto to = sizeFor(picture);
    return resizingBytes(picture, to) + 3.0 * sizeof(float) * to.height * to.width +
           3 * 3.0 * sizeof(float) * double(m_most * m_patch * m_patch);
  }

 private:
  int64_t scaled(double scale, int side) const {
    const auto patches = int64_t(std::ceil(side * scale / double(m_patch)));
    return std::max<int64_t>(1, patches) * m_patch;
  }

  // The largest scale that keeps within the limit, by the reference's bisection.
  ImageSize sizeFor(ImageSize picture) const {
    if (picture.height < 1 || picture.width < 1)
      throw Error(ErrorKind::InvalidInput,
                  "A picture without pixels was given to a model; at least one was expected.");
    if (!m_resizes) {
      const int64_t patches = (picture.height / m_patch) * (picture.width / m_patch);
      if (picture.height % m_patch || picture.width % m_patch || patches > m_most)
        throw Error(ErrorKind::InvalidInput,
                    "A picture of " + std::to_string(picture.width) + " x " + std::to_string(picture.height) +
                        " pixels is not to be resized (\"do_resize\": false); at most " +
                        std::to_string(m_most) + " whole patches of " + std::to_string(m_patch) +
                        " pixels were expected.");
      return picture;
    }
    constexpr double kPrecision = 1e-5;
    double low = kPrecision / 10, high = 100;
    while (high - low >= kPrecision) {
      const double scale = (low + high) / 2;
      const double patches = (double(scaled(scale, picture.height)) / double(m_patch)) *
                             (double(scaled(scale, picture.width)) / double(m_patch));
      (patches <= double(m_most) ? low : high) = scale;
    }
    const int64_t height = scaled(low, picture.height), width = scaled(low, picture.width);
    if (height / m_patch * (width / m_patch) > m_most)
      throw Error(ErrorKind::InvalidInput, "A picture of " + std::to_string(picture.width) + " x " +
                                               std::to_string(picture.height) + " pixels does not fit into " +
                                               std::to_string(m_most) + " patches.");
    return {int(height), int(width)};
  }

  std::string m_name;
  ImageProcessor m_scaling;
  bool m_resizes = true;
  int64_t m_patch = 16, m_most = 256;
};

}  // namespace

std::shared_ptr<const PictureProcessor> siglip2Pictures(const ConfigReader& in, const std::string& name) {
  return std::make_shared<Siglip2Pictures>(in, name);
}

}  // namespace espalier
