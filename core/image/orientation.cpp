#include "core/image/orientation.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace espalier {

namespace {

constexpr uint16_t kOrientationTag = 0x0112;

// Numbers of either byte order, read with bounds checks: what lies outside reads as 0.
struct ByteReader {
  std::span<const uint8_t> bytes;
  bool littleEndian;

  bool holds(size_t at, size_t size) const { return at <= bytes.size() && bytes.size() - at >= size; }

  uint32_t number(size_t at, size_t size) const {
    if (!holds(at, size)) return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i) value = value << 8 | bytes[at + (littleEndian ? size - 1 - i : i)];
    return value;
  }
};

}  // namespace

std::optional<TiffTag> findTiffTag(std::span<const uint8_t> tiff, uint16_t tag) {
  if (tiff.size() < 8) return {};
  const bool little = tiff[0] == 'I' && tiff[1] == 'I';
  if (!little && !(tiff[0] == 'M' && tiff[1] == 'M')) return {};
  const ByteReader in{tiff, little};
  if (in.number(2, 2) != 42) return {};
  const size_t directory = in.number(4, 4);
  const size_t entries = in.number(directory, 2);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * 12;
    if (in.number(entry, 2) != tag) continue;
    const uint32_t type = in.number(entry + 2, 2);
    const size_t count = in.number(entry + 4, 4);
    const size_t size = type == 1 ? 1 : type == 3 ? 2 : type == 4 ? 4 : 0;
    if (size == 0 || count == 0) return {};
    const size_t at = count * size <= 4 ? entry + 8 : in.number(entry + 8, 4);
    if (!in.holds(at, size)) return {};
    return TiffTag{in.number(at, size), little ? at : at + size - 1};
  }
  return {};
}

int exifOrientation(std::span<const uint8_t> exif) {
  constexpr std::array<uint8_t, 6> kPrefix = {'E', 'x', 'i', 'f', 0, 0};
  if (exif.size() >= kPrefix.size() && std::equal(kPrefix.begin(), kPrefix.end(), exif.begin()))
    exif = exif.subspan(kPrefix.size());
  const uint32_t value = findTiffTag(exif, kOrientationTag).value_or(TiffTag{1}).value;
  return value >= 1 && value <= 8 ? int(value) : 1;
}

Image oriented(Image image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const bool transposed = orientation >= 5;
  // Where the upright picture's x and y run backwards through the stored one.
  const bool flipColumns = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool flipRows = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Image out;
  out.width = transposed ? image.height : image.width;
  out.height = transposed ? image.width : image.height;
  out.rgb.resize(image.rgb.size());
  uint8_t* to = out.rgb.data();
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x, to += 3) {
      const int u = transposed ? y : x;
      const int v = transposed ? x : y;
      const int column = flipColumns ? image.width - 1 - u : u;
      const int row = flipRows ? image.height - 1 - v : v;
      std::memcpy(to, image.rgb.data() + (size_t(row) * size_t(image.width) + size_t(column)) * 3, 3);
    }
  }
  return out;
}

}  // namespace espalier
