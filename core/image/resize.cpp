#include "core/image/resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <string>

#include "core/base/error.h"

namespace espalier {

namespace {

// Weights are integers of this many fractional bits; 8 bits of pixel and 2 of overshoot fill the rest of 32.
constexpr int kPrecisionBits = 32 - 8 - 2;
constexpr int kHalf = 1 << (kPrecisionBits - 1);

struct Kernel {
  double support;  // the weight is 0 at this distance and beyond, in source pixels when not reducing
  double (*weight)(double);
};

double sinc(double x) {
  if (x == 0) return 1;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

double boxWeight(double x) {
  return x > -0.5 && x <= 0.5 ? 1 : 0;
}

double bilinearWeight(double x) {
  x = std::abs(x);
  return x < 1 ? 1 - x : 0;
}

double hammingWeight(double x) {
  x = std::abs(x);
  if (x == 0) return 1;
  if (x >= 1) return 0;
  x *= std::numbers::pi;
  return std::sin(x) / x * (0.54 + 0.46 * std::cos(x));
}

double bicubicWeight(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

double lanczosWeight(double x) {
  return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
}

Kernel kernelOf(ResizeFilter filter) {
  switch (filter) {
    case ResizeFilter::Box:
      return {0.5, boxWeight};
    case ResizeFilter::Bilinear:
      return {1, bilinearWeight};
    case ResizeFilter::Hamming:
      return {1, hammingWeight};
    case ResizeFilter::Lanczos:
      return {3, lanczosWeight};
    case ResizeFilter::Nearest:
    case ResizeFilter::Bicubic:
      break;
  }
  return {2, bicubicWeight};
}

// Which source positions an output position reads, and how much of each.
struct Taps {
  int first = 0;
  int count = 0;
  size_t weightsAt = 0;  // in AxisWeights::weights
};

struct AxisWeights {
  std::vector<Taps> taps;  // one for each output position
  std::vector<int32_t> weights;
  std::vector<double> exact;  // the same, their sum 1
};

AxisWeights axisWeights(int from, int to, const Kernel& kernel) {
  const double scale = double(from) / to;
  const double filterScale = std::max(scale, 1.0);
  const double support = kernel.support * filterScale;
  const double inverse = 1 / filterScale;
  AxisWeights axis;
  axis.taps.resize(size_t(to));
  std::vector<double> raw;
  for (int i = 0; i < to; ++i) {
    const double center = (i + 0.5) * scale;
    // Truncation towards zero, then clamping: the rounding that Pillow's results depend on.
    const int first = std::max(int(center - support + 0.5), 0);
    const int last = std::min(int(center + support + 0.5), from);
    raw.clear();
    double sum = 0;
    for (int x = first; x < last; ++x) {
      raw.push_back(kernel.weight((x - center + 0.5) * inverse));
      sum += raw.back();
    }
    axis.taps[size_t(i)] = {first, last - first, axis.weights.size()};
    for (double w : raw) {
      axis.exact.push_back(sum != 0 ? w / sum : w);
      const double scaled = axis.exact.back() * (1 << kPrecisionBits);
      axis.weights.push_back(int32_t(scaled < 0 ? scaled - 0.5 : scaled + 0.5));
    }
  }
  return axis;
}

uint8_t roundToByte(int32_t sum) {
  return uint8_t(std::clamp(sum >> kPrecisionBits, 0, 255));
}

Image resizeColumns(const Image& image, int width, const Kernel& kernel) {
  const AxisWeights axis = axisWeights(image.width, width, kernel);
  Image out{width, image.height, std::vector<uint8_t>(size_t(width) * size_t(image.height) * 3)};
  uint8_t* to = out.rgb.data();
  for (int y = 0; y < image.height; ++y) {
    const uint8_t* row = image.rgb.data() + size_t(y) * size_t(image.width) * 3;
    for (const Taps& taps : axis.taps) {
      const uint8_t* from = row + size_t(taps.first) * 3;
      const int32_t* weight = axis.weights.data() + taps.weightsAt;
      int32_t r = kHalf, g = kHalf, b = kHalf;
      for (int i = 0; i < taps.count; ++i, from += 3) {
        r += from[0] * weight[i];
        g += from[1] * weight[i];
        b += from[2] * weight[i];
      }
      *to++ = roundToByte(r);
      *to++ = roundToByte(g);
      *to++ = roundToByte(b);
    }
  }
  return out;
}

Image resizeRows(const Image& image, int height, const Kernel& kernel) {
  const AxisWeights axis = axisWeights(image.height, height, kernel);
  const size_t rowBytes = size_t(image.width) * 3;
  Image out{image.width, height, std::vector<uint8_t>(rowBytes * size_t(height))};
  std::vector<int32_t> sums(rowBytes);
  uint8_t* to = out.rgb.data();
  for (const Taps& taps : axis.taps) {
    std::fill(sums.begin(), sums.end(), kHalf);
    for (int i = 0; i < taps.count; ++i) {
      const uint8_t* from = image.rgb.data() + size_t(taps.first + i) * rowBytes;
      const int32_t weight = axis.weights[taps.weightsAt + size_t(i)];
      for (size_t x = 0; x < rowBytes; ++x) sums[x] += from[x] * weight;
    }
    for (size_t x = 0; x < rowBytes; ++x) *to++ = roundToByte(sums[x]);
  }
  return out;
}

// Source positions by repeated addition in double, as Pillow steps: a multiplication would round differently.
std::vector<int> nearestPositions(int from, int to) {
  const double step = double(from) / to;
  std::vector<int> positions(static_cast<size_t>(to));
  double at = step * 0.5;
  for (int& position : positions) {
    position = std::min(int(at), from - 1);
    at += step;
  }
  return positions;
}

Image resizeNearest(const Image& image, int width, int height) {
  const std::vector<int> columns = nearestPositions(image.width, width);
  Image out{width, height, std::vector<uint8_t>(size_t(width) * size_t(height) * 3)};
  uint8_t* to = out.rgb.data();
  for (int row : nearestPositions(image.height, height)) {
    const uint8_t* from = image.rgb.data() + size_t(row) * size_t(image.width) * 3;
    for (int column : columns) {
      std::memcpy(to, from + size_t(column) * 3, 3);
      to += 3;
    }
  }
  return out;
}

// Every `step`-th number of `from`, as many as the taps read, weighed.
double weighed(const AxisWeights& axis, const Taps& taps, const auto* from, size_t step) {
  double sum = 0;
  for (int i = 0; i < taps.count; ++i)
    sum += axis.exact[taps.weightsAt + size_t(i)] * double(from[size_t(taps.first + i) * step]);
  return sum;
}

void checkSizes(const Image& image, int width, int height) {
  if (image.width < 1 || image.height < 1 || width < 1 || height < 1 ||
      width > maxImagePixels() / std::max(height, image.height))
    throw Error(ErrorKind::InvalidInput,
                "A picture of " + std::to_string(image.width) + " x " + std::to_string(image.height) +
                    " pixels cannot be resized to " + std::to_string(width) + " x " + std::to_string(height) +
                    "; 1 to " + std::to_string(maxImagePixels()) + " pixels were expected.");
}

}  // namespace

std::vector<float> resizeUnrounded(const Image& image, int width, int height, ResizeFilter filter) {
  checkSizes(image, width, height);
  const bool nearest = filter == ResizeFilter::Nearest;
  const Image picked = nearest ? resizeNearest(image, width, height) : Image();
  const Image& from = nearest ? picked : image;
  const Kernel kernel = kernelOf(filter);
  // A side that stays as it is has the weight 1 at its own place.
  const auto columns = axisWeights(from.width, width, from.width == width ? Kernel{0.5, boxWeight} : kernel);
  const auto rows = axisWeights(from.height, height, from.height == height ? Kernel{0.5, boxWeight} : kernel);
  std::vector<float> out;
  out.reserve(size_t(width) * size_t(height) * 3);
  std::vector<double> narrowed(size_t(width) * size_t(from.height));
  for (size_t channel = 0; channel < 3; ++channel) {
    auto to = narrowed.begin();
    for (int y = 0; y < from.height; ++y) {
      const uint8_t* row = from.rgb.data() + size_t(y) * size_t(from.width) * 3 + channel;
      for (const auto& taps : columns.taps) *to++ = weighed(columns, taps, row, 3);
    }
    for (const auto& taps : rows.taps)
      for (size_t x = 0; x < size_t(width); ++x)
        out.push_back(float(weighed(rows, taps, narrowed.data() + x, size_t(width))));
  }
  return out;
}

Image resizeImage(const Image& image, int width, int height, ResizeFilter filter) {
  checkSizes(image, width, height);
  if (width == image.width && height == image.height) return image;
  if (filter == ResizeFilter::Nearest) return resizeNearest(image, width, height);
  const Kernel kernel = kernelOf(filter);
  if (width == image.width) return resizeRows(image, height, kernel);
  Image narrowed = resizeColumns(image, width, kernel);
  return height == image.height ? narrowed : resizeRows(narrowed, height, kernel);
}

}  // namespace espalier
