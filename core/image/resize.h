#pragma once

#include <vector>

#include "core/image/image.h"

namespace espalier {

// Numbered as Pillow (and so preprocessor_config.json) numbers them.
enum class ResizeFilter { Nearest = 0, Lanczos = 1, Bilinear = 2, Bicubic = 3, Box = 4, Hamming = 5 };

// The picture scaled to width x height, both at least 1, antialiased: equal to Pillow's Image.resize bit for
// bit. A filter's support grows with the reduction; columns are done first, and rounded to 8 bits, then rows.
// Bicubic has a = -0.5. Throws Error if a dimension is below 1, or the result or the picture between the two
// passes (width x image.height) would exceed kMaxImagePixels.
Image resizeImage(const Image& image, int width, int height, ResizeFilter filter = ResizeFilter::Bicubic);

// The same without rounding and without clamping to what a byte holds, 0 to 255 where the filter does not
// overshoot: planes of red, green and blue, [3][height][width]. Equals torchvision's resizing of floats
// within rounding.
std::vector<float> resizeUnrounded(const Image& image, int width, int height, ResizeFilter filter);

}  // namespace espalier
