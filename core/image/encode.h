#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/image/image.h"

namespace espalier {

enum class ImageFormat { Png, Jpeg };

// The picture as the content of a PNG (lossless) or JPEG file. quality is JPEG's, 1 ... 100; PNG ignores it.
// Throws Error if the picture is empty, its rgb is not of its dimensions' size or the format cannot hold
// them.
std::vector<uint8_t> encodeImage(const Image& image, ImageFormat format = ImageFormat::Png, int quality = 95);

// Writes a picture atomically, in the format of the file's extension: .png, .jpg or .jpeg in any case. Throws
// Error naming the file if the extension is another or it cannot be written.
void saveImage(const Image& image, const std::filesystem::path& path, int quality = 95);

}  // namespace espalier
