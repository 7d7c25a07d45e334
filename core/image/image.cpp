#include "core/image/image.h"

#include <algorithm>
#include <string_view>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/image/decoders.h"
#include "core/image/orientation.h"
#include "core/image/picture_room.h"

namespace espalier {

namespace {

constexpr size_t kMaxFileBytes = size_t(1) << 30;

bool startsWith(std::span<const uint8_t> bytes, std::string_view signature, size_t at = 0) {
  return bytes.size() >= at + signature.size() &&
         std::equal(signature.begin(), signature.end(), bytes.begin() + std::ptrdiff_t(at),
                    [](char c, uint8_t b) { return uint8_t(c) == b; });
}

DecodedImage decodeByContent(std::span<const uint8_t> bytes, const std::string& name) {
  using namespace std::string_view_literals;
  const std::string expected = "a JPEG, PNG, WebP, BMP or TIFF picture was expected.";
  if (bytes.empty()) throw Error(ErrorKind::Format, name + " is empty; " + expected);
  if (bytes.size() > kMaxFileBytes)
    throw Error(ErrorKind::Format, name + " has " + std::to_string(bytes.size()) + " bytes; " +
                                       std::to_string(kMaxFileBytes) +
                                       " at most were expected of a picture.");
  if (startsWith(bytes, "\xff\xd8\xff"sv)) return decodeJpeg(bytes, name);
  if (startsWith(bytes, "\x89PNG\r\n\x1a\n"sv)) return decodePng(bytes, name);
  if (startsWith(bytes, "RIFF"sv) && startsWith(bytes, "WEBP"sv, 8)) return decodeWebp(bytes, name);
  if (startsWith(bytes, "BM"sv)) return decodeBmp(bytes, name);
  if (startsWith(bytes, "II*\0"sv) || startsWith(bytes, "MM\0*"sv)) return decodeTiff(bytes, name);
  if (startsWith(bytes, "GIF8"sv)) throw Error(ErrorKind::Unsupported, name + " is a GIF; " + expected);
  if (startsWith(bytes, "version https://git-lfs"sv))
    throw Error(ErrorKind::Format,
                name + " is a Git LFS pointer that stands for the picture; run git lfs pull.");
  throw Error(ErrorKind::Format, name + " holds no picture of a known format; " + expected);
}

}  // namespace

int64_t pictureMemoryLimit() {
  // Below any ceiling that the libraries leave room under, photographs are still read.
  constexpr int64_t kLeast = int64_t(48) << 20;
  return memoryLimit() > 0 ? std::max(kLeast, (memoryLimit() - weightMemoryLimit()) / 2) : 0;
}

int64_t maxImagePixels() {
  const int64_t memory = pictureMemoryLimit();
  return memory > 0 ? std::min(kMaxImagePixels, memory / kRgbBytes) : kMaxImagePixels;
}

std::string sizeFault(int64_t width, int64_t height, int64_t bytesPerPixel) {
  if (width < 1 || height < 1) return "has no pixels";
  const auto size = "has " + std::to_string(width) + " x " + std::to_string(height) + " pixels; ";
  if (width > kMaxImagePixels / height)
    return size + std::to_string(kMaxImagePixels) + " at most can be read";
  const int64_t memory = pictureMemoryLimit();
  if (memory > 0 && width * height > memory / bytesPerPixel)
    return size + "the ceiling on memory (--memory) of " + std::to_string(memoryLimit() >> 20) +
           " MiB leaves room for " + std::to_string(memory / bytesPerPixel) + " of such a file";
  return {};
}

std::unique_lock<std::recursive_mutex> requireDecodableSize(int64_t width, int64_t height,
                                                            const std::string& name, int64_t bytesPerPixel) {
  if (const auto fault = sizeFault(width, height, bytesPerPixel); !fault.empty())
    throw Error(ErrorKind::Format,
                name + " " + fault +
                    (width < 1 || height < 1 ? "; a complete, undamaged picture was expected."
                                             : "; a smaller picture was expected."));
  return alonePicture(double(width * height * bytesPerPixel));
}

Image decodeImage(std::span<const uint8_t> bytes, const std::string& name) {
  DecodedImage decoded = decodeByContent(bytes, name);
  return oriented(std::move(decoded.image), decoded.orientation);
}

Image loadImage(const std::filesystem::path& path) {
  const std::string content = readTextFile(path, int64_t(kMaxFileBytes));
  return decodeImage(std::span(reinterpret_cast<const uint8_t*>(content.data()), content.size()),
                     path.string());
}

}  // namespace espalier
