#pragma once

#include <cstdint>
#include <mutex>
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

inline constexpr int64_t kRgbBytes = 3;  // of a pixel

// What is wrong with such a size, as the end of a sentence about the picture; empty: nothing. bytesPerPixel:
// what decoding takes, the picture itself included.
std::string sizeFault(int64_t width, int64_t height, int64_t bytesPerPixel);
// Throws Error where something is. What it returns is held while the picture is decoded: of those that take a
// good part of the ceiling on memory one is decoded at a time.
std::unique_lock<std::recursive_mutex> requireDecodableSize(int64_t width, int64_t height,
                                                            const std::string& name, int64_t bytesPerPixel);

}  // namespace espalier
