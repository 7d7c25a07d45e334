#include "core/image/processors/tiles.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace espalier {

Image partOf(const Image& picture, int top, int left, ImageSize size) {
  const int height = std::min(size.height, picture.height - top);
  const int width = std::min(size.width, picture.width - left);
  Image out{width, height, std::vector<uint8_t>(size_t(width) * size_t(height) * 3)};
  for (int y = 0; y < height; ++y)
    std::memcpy(out.rgb.data() + size_t(y) * size_t(width) * 3,
                picture.rgb.data() + (size_t(top + y) * size_t(picture.width) + size_t(left)) * 3,
                size_t(width) * 3);
  return out;
}

std::vector<Image> tilesOf(const Image& picture, ImageSize tile) {
  std::vector<Image> out;
  for (int top = 0; top < picture.height; top += tile.height)
    for (int left = 0; left < picture.width; left += tile.width)
      out.push_back(partOf(picture, top, left, tile));
  return out;
}

Image centredOn(const Image& picture, ImageSize canvas) {
  Image out{canvas.width, canvas.height,
            std::vector<uint8_t>(size_t(canvas.width) * size_t(canvas.height) * 3)};
  const int top = (canvas.height - picture.height) / 2, left = (canvas.width - picture.width) / 2;
  for (int y = 0; y < picture.height; ++y)
    std::memcpy(out.rgb.data() + (size_t(top + y) * size_t(canvas.width) + size_t(left)) * 3,
                picture.rgb.data() + size_t(y) * size_t(picture.width) * 3, size_t(picture.width) * 3);
  return out;
}

std::vector<float> pixelsOf(const std::vector<Image>& pictures, const ImageProcessor& scaling) {
  std::vector<float> out;
  for (const auto& picture : pictures) {
    const auto pixels = scaling.apply(picture);
    if (out.empty()) out.reserve(pictures.size() * pixels.values.size());
    out.insert(out.end(), pixels.values.begin(), pixels.values.end());
  }
  return out;
}

double tileBytes(int64_t tiles, ImageSize tile) {
  // The values, and the two copies that stand while they are put into a batch.
  constexpr double kPixel = 3, kValues = 3 * 3 * sizeof(float);
  return (kPixel + kValues) * double(tiles) * tile.height * tile.width;
}

int64_t roundHalfEven(double value) {
  const double whole = std::floor(value), rest = value - whole;
  const auto down = int64_t(whole);
  if (rest != 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 == 0 ? down : down + 1;
}

}  // namespace espalier
