#pragma once

#include <vector>

#include "core/image/preprocess.h"

namespace espalier {

// The part of a picture that begins at a row and column; it ends where the picture does.
Image partOf(const Image& picture, int top, int left, ImageSize size);

// The parts of a picture cut on a grid of tiles, row by row; those at the right and bottom edge may be
// smaller.
std::vector<Image> tilesOf(const Image& picture, ImageSize tile);

// A picture in the middle of a larger black one; of an odd excess the smaller half lies at the top or left.
Image centredOn(const Image& picture, ImageSize canvas);

// What the pixels and the pixel values of so many tiles take, as pixelsOf makes them, at most, in bytes.
double tileBytes(int64_t tiles, ImageSize tile);

// The pixel values of pictures of one size, one behind another: [pictures, 3, height, width].
std::vector<float> pixelsOf(const std::vector<Image>& pictures, const ImageProcessor& scaling);

// Python's round(): half to even.
int64_t roundHalfEven(double value);

}  // namespace espalier
