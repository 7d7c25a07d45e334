#include "core/image/preprocess.h"

#include <algorithm>
#include <cstring>

#include "core/base/error.h"

namespace espalier {

namespace {

// Rounds towards minus infinity, as the centre of a crop larger than the picture does.
int halfDown(int value) {
  return value >= 0 ? value / 2 : -((1 - value) / 2);
}

Image centerCrop(const Image& image, ImageSize size) {
  const int top = halfDown(image.height - size.height), left = halfDown(image.width - size.width);
  const int firstColumn = std::max(0, -left);
  const int lastColumn = std::min(size.width, image.width - left);
  Image out{size.width, size.height, std::vector<uint8_t>(size_t(size.width) * size_t(size.height) * 3)};
  for (int y = std::max(0, -top); y < std::min(size.height, image.height - top); ++y) {
    const size_t from = size_t(y + top) * size_t(image.width) + size_t(firstColumn + left);
    const size_t to = size_t(y) * size_t(size.width) + size_t(firstColumn);
    std::memcpy(out.rgb.data() + to * 3, image.rgb.data() + from * 3, size_t(lastColumn - firstColumn) * 3);
  }
  return out;
}

int sideOfSquare(ImageSize image) {
  const int side = std::max(image.width, image.height);
  if (int64_t(side) * side > maxImagePixels())
    throw Error(ErrorKind::InvalidInput, "A picture of " + std::to_string(image.width) + " x " +
                                             std::to_string(image.height) +
                                             " pixels would become a square of " + std::to_string(side) +
                                             " to suit the model; a less extreme shape was expected.");
  return side;
}

// Of an odd difference the smaller half lies at the top or left.
Image squared(const Image& image, const std::array<double, 3>& mean) {
  if (image.width == image.height) return image;
  const int side = sideOfSquare({image.height, image.width});
  Image out{side, side, std::vector<uint8_t>(size_t(side) * size_t(side) * 3)};
  std::array<uint8_t, 3> colour;
  for (size_t c = 0; c < 3; ++c) colour[c] = uint8_t(std::clamp(mean[c] * 255, 0.0, 255.0));
  for (size_t i = 0; i < out.rgb.size(); ++i) out.rgb[i] = colour[i % 3];
  const size_t top = size_t(side - image.height) / 2, left = size_t(side - image.width) / 2;
  const size_t row = size_t(image.width) * 3;
  for (size_t y = 0; y < size_t(image.height); ++y)
    std::memcpy(out.rgb.data() + ((y + top) * size_t(side) + left) * 3, image.rgb.data() + y * row, row);
  return out;
}

ImageSize scaledToShortestEdge(ImageSize image, int edge) {
  const int64_t shorter = std::min(image.width, image.height), longer = std::max(image.width, image.height);
  const int64_t scaled = edge * longer / shorter;
  if (scaled > maxImagePixels() / edge)
    throw Error(ErrorKind::InvalidInput, "A picture of " + std::to_string(image.width) + " x " +
                                             std::to_string(image.height) + " pixels would become " +
                                             std::to_string(edge) + " x " + std::to_string(scaled) +
                                             " to suit the model; a less extreme shape was expected.");
  return image.width <= image.height ? ImageSize{int(scaled), edge} : ImageSize{edge, int(scaled)};
}

}  // namespace

double resizingBytes(ImageSize from, ImageSize to) {
  constexpr double kTaps =
      100;  // bytes of a row's or column's weights, few as they are where a picture grows
  return 3.0 * to.width * (double(to.height) + (to.height == from.height ? 0 : from.height)) +
         kTaps * (double(to.width) + to.height);
}

ImageProcessor ImageProcessor::forImageSize(ImageSize size, const std::array<double, 3>& mean,
                                            const std::array<double, 3>& deviation) {
  ImageProcessor processor;
  processor.className = "ViTImageProcessor";
  processor.shortestEdge.reset();
  processor.size = size;
  processor.centerCrops = false;
  processor.imageMean = mean;
  processor.imageStd = deviation;
  return processor;
}

ImageProcessor ImageProcessor::forCrop(int shortestEdge, int cropSize, const std::array<double, 3>& mean,
                                       const std::array<double, 3>& deviation) {
  ImageProcessor processor;
  processor.shortestEdge = shortestEdge;
  processor.cropSize = {cropSize, cropSize};
  processor.imageMean = mean;
  processor.imageStd = deviation;
  return processor;
}

Image ImageProcessor::prepare(const Image& given) const {
  if (given.width < 1 || given.height < 1)
    throw Error(ErrorKind::InvalidInput,
                "A picture without pixels was given to a model; at least one was expected.");
  const Image padded = padsToSquare ? squared(given, imageMean) : Image();
  const Image& image = padsToSquare ? padded : given;
  if (!resizes) return centerCrops ? centerCrop(image, cropSize) : image;
  const ImageSize to = shortestEdge ? scaledToShortestEdge({image.height, image.width}, *shortestEdge) : size;
  Image resized = resizeImage(image, to.width, to.height, filter);
  return centerCrops ? centerCrop(resized, cropSize) : resized;
}

double ImageProcessor::bytesFor(ImageSize picture) const {
  ImageSize now = picture;
  double bytes = 0;
  const auto pixels = [](ImageSize size) { return double(size.height) * size.width; };
  if (padsToSquare) {
    const int side = sideOfSquare(now);
    now = {side, side};
    bytes += 3 * pixels(now);
  }
  if (resizes) {
    const ImageSize to = shortestEdge ? scaledToShortestEdge(now, *shortestEdge) : size;
    bytes += resizingBytes(now, to);
    now = to;
  }
  if (centerCrops) now = cropSize;
  return bytes + (3 + 3 * 3 * sizeof(float)) * pixels(now);  // the values, and two copies
}

PixelValues ImageProcessor::applyUnrounded(const Image& image) const {
  PixelValues out{size.height, size.width, resizeUnrounded(image, size.width, size.height, filter)};
  const size_t plane = out.values.size() / 3;
  for (size_t c = 0; c < 3; ++c)
    for (size_t i = 0; i < plane; ++i) {
      float& value = out.values[c * plane + i];
      value = float(double(value) * rescaleFactor);
      if (normalizes) value = (value - float(imageMean[c])) / float(imageStd[c]);
    }
  return out;
}

PixelValues ImageProcessor::apply(const Image& image) const {
  if (resizesUnrounded && resizes && rescales && !shortestEdge && !centerCrops) return applyUnrounded(image);
  const Image prepared = prepare(image);
  // Only 256 values exist for a channel. Rescaled in double and rounded to float32 first, as numpy does it.
  std::array<std::array<float, 256>, 3> table;
  for (size_t c = 0; c < 3; ++c)
    for (size_t v = 0; v < 256; ++v) {
      const float scaled = rescales ? float(double(v) * rescaleFactor) : float(v);
      table[c][v] = normalizes ? (scaled - float(imageMean[c])) / float(imageStd[c]) : scaled;
    }
  const size_t plane = size_t(prepared.width) * size_t(prepared.height);
  PixelValues out{prepared.height, prepared.width, std::vector<float>(plane * 3)};
  for (size_t c = 0; c < 3; ++c)
    for (size_t i = 0; i < plane; ++i) out.values[c * plane + i] = table[c][prepared.rgb[i * 3 + c]];
  return out;
}

}  // namespace espalier
