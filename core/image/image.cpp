#include "core/image/image.h"

#include <algorithm>
#include <string_view>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/decoders.h"
#include "core/image/orientation.h"

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

void requireDecodableSize(int64_t width, int64_t height, const std::string& name) {
  const std::string dimensions = std::to_string(width) + " x " + std::to_string(height) + " pixels";
  if (width < 1 || height < 1)
    throw Error(ErrorKind::Format, name + " has a broken header (" + dimensions +
                                       "); a complete, undamaged picture was expected.");
  if (width > kMaxImagePixels / height)
    throw Error(ErrorKind::Format, name + " says it has " + dimensions + "; at most " +
                                       std::to_string(kMaxImagePixels) + " pixels were expected.");
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
