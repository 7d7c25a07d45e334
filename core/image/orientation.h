#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/image/image.h"

namespace espalier {

// The first value of a tag, and which byte of the file holds its low 8 bits.
struct TiffTag {
  uint32_t value = 0;
  size_t lowByteAt = 0;
};

// Looks a tag up in the first directory of a TIFF structure: a TIFF file, or the EXIF block of another format
// ("II*\0" or "MM\0*" at its start). Only byte, short and long values are read. Nothing if the tag is not
// there or the structure is broken.
std::optional<TiffTag> findTiffTag(std::span<const uint8_t> tiff, uint16_t tag);

// The orientation, 1 ... 8, in an EXIF block with or without its "Exif\0\0" prefix; 1 if it holds none.
int exifOrientation(std::span<const uint8_t> exif);

// The picture turned upright. orientation is EXIF's: which corner the first stored row and column are at, 1
// ... 8; other values count as 1.
Image oriented(Image image, int orientation);

}  // namespace espalier
