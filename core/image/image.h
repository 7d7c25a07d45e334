#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace espalier {

// A picture in memory: 8 bits a channel, red, green, blue interleaved, rows from top to bottom without
// padding. rgb.size() == 3 * width * height.
struct Image {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;
};

// The largest picture that is decoded or made by a resize, in pixels. Dimensions are read from a file's
// header and compared with this before anything of that size is allocated.
inline constexpr int64_t kMaxImagePixels = int64_t(256) << 20;

// What a picture may take while it is decoded under the ceiling on memory (core/base/memory.h), in bytes; 0:
// there is no ceiling. Half of what is left beside the weights, as two may be at hand at a time; 48 MiB at
// least.
int64_t pictureMemoryLimit();
// The largest picture that may be made now, in pixels: kMaxImagePixels, or what that leaves room for.
int64_t maxImagePixels();

// Reads a JPEG, PNG, WebP, BMP or TIFF file (recognised by its content, not its name; of several
// pages or frames, the first) as Pillow's ImageOps.exif_transpose(Image.open(path)).convert("RGB") does:
// - the EXIF orientation is applied;
// - alpha and transparent colours are dropped, not blended: a transparent pixel shows the colour stored for
// it;
// - grey and palettes become RGB, colour profiles and gamma are ignored;
// - CMYK and YCCK JPEGs are taken as stored inverted, the Adobe way: R = (255 - K)(255 - C) / 255;
// - 16-bit channels keep their high byte. (Pillow does so for colour, but clips 16-bit grey at 255, which
// turns all
//   but the darkest pixels white; here grey is treated as colour is.)
// JPEG and PNG pixels equal Pillow's bit for bit where Pillow uses the same libjpeg.
// Throws Error naming the file if it is missing, no such picture, broken, cut short, above kMaxImagePixels or
// too large for the ceiling on memory.
Image loadImage(const std::filesystem::path& path);

// The same from memory. name stands for the file in errors.
Image decodeImage(std::span<const uint8_t> bytes, const std::string& name);

}  // namespace espalier
