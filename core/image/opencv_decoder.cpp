#include <cstdlib>
#include <cstring>
#include <opencv2/imgcodecs.hpp>
#include <optional>

#include "core/base/error.h"
#include "core/image/decoders.h"
#include "core/image/opencv_quietly.h"
#include "core/image/orientation.h"

namespace espalier {

namespace {

constexpr uint16_t kTiffWidth = 256, kTiffHeight = 257, kTiffExtraSamples = 338;
constexpr uint8_t kAssociatedAlpha = 1, kUnassociatedAlpha = 2;

uint32_t littleEndian(std::span<const uint8_t> bytes, size_t at, int size) {
  uint32_t value = 0;
  for (int i = 0; i < size; ++i)
    if (at + size_t(i) < bytes.size()) value |= uint32_t(bytes[at + size_t(i)]) << (8 * i);
  return value;
}

// The picture as stored, for formats whose dimensions were checked before.
Image decodeByOpenCv(std::span<const uint8_t> bytes, const std::string& name, const std::string& format) {
  cv::Mat bgr;
  const bool done = runOpenCvQuietly([&] {
    const cv::Mat whole(1, int(bytes.size()), CV_8U, const_cast<uint8_t*>(bytes.data()));
    bgr = cv::imdecode(whole, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
  });
  if (!done || bgr.empty() || bgr.type() != CV_8UC3)
    throw Error(ErrorKind::Format, name + " is not a readable " + format +
                                       "; a complete, undamaged file of a common kind was expected.");
  Image image{bgr.cols, bgr.rows, std::vector<uint8_t>(size_t(bgr.cols) * size_t(bgr.rows) * 3)};
  uint8_t* to = image.rgb.data();
  for (int y = 0; y < bgr.rows; ++y) {
    const uint8_t* from = bgr.ptr(y);
    for (int x = 0; x < bgr.cols; ++x, from += 3, to += 3) {
      to[0] = from[2];
      to[1] = from[1];
      to[2] = from[0];
    }
  }
  return image;
}

// A chunk of a WebP file, by its four letters.
std::optional<std::span<const uint8_t>> webpChunk(std::span<const uint8_t> file, const char* letters) {
  size_t at = 12;
  while (at + 8 <= file.size()) {
    const size_t size = littleEndian(file, at + 4, 4);
    const auto rest = file.subspan(at + 8);
    if (std::memcmp(file.data() + at, letters, 4) == 0) return rest.first(std::min(size, rest.size()));
    at += 8 + size + size % 2;
  }
  return {};
}

}  // namespace

DecodedImage decodeWebp(std::span<const uint8_t> bytes, const std::string& name) {
  int64_t width = 0, height = 0;
  if (const auto extended = webpChunk(bytes, "VP8X")) {
    width = 1 + int64_t(littleEndian(*extended, 4, 3));
    height = 1 + int64_t(littleEndian(*extended, 7, 3));
  } else if (const auto lossless = webpChunk(bytes, "VP8L")) {
    const uint32_t packed = littleEndian(*lossless, 1, 4);
    width = 1 + (packed & 0x3fff);
    height = 1 + (packed >> 14 & 0x3fff);
  } else if (const auto lossy = webpChunk(bytes, "VP8 ")) {
    width = littleEndian(*lossy, 6, 2) & 0x3fff;
    height = littleEndian(*lossy, 8, 2) & 0x3fff;
  }
  const auto alone = requireDecodableSize(width, height, name, 2 * kRgbBytes);
  const auto exif = webpChunk(bytes, "EXIF");
  return {decodeByOpenCv(bytes, name, "WebP"), exif ? exifOrientation(*exif) : 1};
}

DecodedImage decodeBmp(std::span<const uint8_t> bytes, const std::string& name) {
  // The oldest header, of 12 bytes, has 16-bit dimensions. A negative height means rows from top to bottom.
  const bool old = littleEndian(bytes, 14, 4) == 12;
  const int64_t width = old ? int64_t(littleEndian(bytes, 18, 2)) : int32_t(littleEndian(bytes, 18, 4));
  const int64_t height = old ? int64_t(littleEndian(bytes, 20, 2)) : int32_t(littleEndian(bytes, 22, 4));
  const auto alone = requireDecodableSize(width, std::abs(height), name, 2 * kRgbBytes);
  return {decodeByOpenCv(bytes, name, "BMP"), 1};
}

DecodedImage decodeTiff(std::span<const uint8_t> bytes, const std::string& name) {
  const int64_t width = findTiffTag(bytes, kTiffWidth).value_or(TiffTag{}).value;
  const int64_t height = findTiffTag(bytes, kTiffHeight).value_or(TiffTag{}).value;
  const auto alone = requireDecodableSize(width, height, name, 2 * kRgbBytes);
  // libtiff would blend unassociated alpha with black. Told that it is associated, it hands the colours out
  // as stored.
  std::vector<uint8_t> copy;
  const auto extra = findTiffTag(bytes, kTiffExtraSamples);
  if (extra && extra->value == kUnassociatedAlpha) {
    copy.assign(bytes.begin(), bytes.end());
    copy[extra->lowByteAt] = kAssociatedAlpha;
    bytes = copy;
  }
  // OpenCV applies a TIFF's orientation itself, whatever it is asked.
  return {decodeByOpenCv(bytes, name, "TIFF"), 1};
}

}  // namespace espalier
