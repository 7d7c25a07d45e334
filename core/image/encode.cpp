#include "core/image/encode.h"

#include <algorithm>
#include <cctype>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <span>
#include <string>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/opencv_quietly.h"

namespace espalier {

std::vector<uint8_t> encodeImage(const Image& image, ImageFormat format, int quality) {
  const std::string dimensions = std::to_string(image.width) + " x " + std::to_string(image.height);
  if (image.width < 1 || image.height < 1 ||
      image.rgb.size() != size_t(image.width) * size_t(image.height) * 3)
    throw Error(ErrorKind::Internal, "A picture of " + dimensions + " pixels with " +
                                         std::to_string(image.rgb.size()) +
                                         " bytes cannot be encoded; 3 bytes a pixel were expected.");
  if (quality < 1 || quality > 100)
    throw Error(ErrorKind::InvalidInput,
                "A JPEG quality of " + std::to_string(quality) + " was asked for; 1 to 100 was expected.");
  const bool png = format == ImageFormat::Png;
  const int longestSide = png ? 1'000'000 : 65'500;  // what libpng and libjpeg write
  if (std::max(image.width, image.height) > longestSide)
    throw Error(ErrorKind::InvalidInput, "A picture of " + dimensions + " pixels cannot be encoded as " +
                                             (png ? "PNG" : "JPEG") + "; at most " +
                                             std::to_string(longestSide) + " a side was expected.");
  const std::vector<int> options = png ? std::vector<int>{cv::IMWRITE_PNG_COMPRESSION, 6}
                                       : std::vector<int>{cv::IMWRITE_JPEG_QUALITY, quality};
  std::vector<uint8_t> bytes;
  bool encoded = false;
  const bool done = runOpenCvQuietly([&] {
    const cv::Mat rgb(image.height, image.width, CV_8UC3, const_cast<uint8_t*>(image.rgb.data()));
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    encoded = cv::imencode(png ? ".png" : ".jpg", bgr, bytes, options);
  });
  if (!done || !encoded || bytes.empty())
    throw Error(ErrorKind::Internal,
                "A picture of " + dimensions + " pixels could not be encoded; memory for it was expected.");
  return bytes;
}

void saveImage(const Image& image, const std::filesystem::path& path, int quality) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  const bool jpeg = extension == ".jpg" || extension == ".jpeg";
  if (!jpeg && extension != ".png")
    throw Error(
        ErrorKind::InvalidInput,
        path.string() + " does not name a picture format; .png, .jpg or .jpeg was expected at its end.");
  const auto bytes = encodeImage(image, jpeg ? ImageFormat::Jpeg : ImageFormat::Png, quality);
  writeFileAtomically(path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace espalier
