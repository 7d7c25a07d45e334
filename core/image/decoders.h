#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/image/image.h"

namespace espalier {

// A picture as it lies in the file, and how to turn it: an EXIF orientation, 1 (upright) if there is none.
struct DecodedImage {
  Image image;
  int orientation = 1;
};

// One format each. bytes is the whole file and starts with the format's signature; name stands for the file
// in errors. All check the header's dimensions first (see requireDecodableSize), print nothing and throw only
// Error.
DecodedImage decodeJpeg(std::span<const uint8_t> bytes, const std::string& name);
DecodedImage decodePng(std::span<const uint8_t> bytes, const std::string& name);
DecodedImage decodeWebp(std::span<const uint8_t> bytes, const std::string& name);
DecodedImage decodeBmp(std::span<const uint8_t> bytes, const std::string& name);
DecodedImage decodeTiff(std::span<const uint8_t> bytes, const std::string& name);

// Throws Error unless both dimensions are at least 1 and their product at most kMaxImagePixels.
void requireDecodableSize(int64_t width, int64_t height, const std::string& name);

}  // namespace espalier
