#pragma once

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/image/image.h"
#include "core/image/resize.h"

namespace espalier {

// What a vision tower takes: values[channel][row][column] in one block, channels red, green, blue.
struct PixelValues {
  int height = 0;
  int width = 0;
  std::vector<float> values;  // 3 * height * width
};

struct ImageSize {
  int height = 0;
  int width = 0;
};

// What resizeImage makes, the picture between its two passes included, in bytes.
double resizingBytes(ImageSize from, ImageSize to);

// A model's way from a picture to pixel values of one size, as transformers does it: pad, resize, centre
// crop, rescale, normalise, each of which can be off. A plain value, safe to use from several threads.
struct ImageProcessor {
  // The transformers class that toJson names and whose rules fromJson applied: CLIPImageProcessor and
  // BitImageProcessor (keep the aspect, crop), LlavaImageProcessor (the same, and may pad),
  // DeiTImageProcessor (fixed size, crops), BlipImageProcessor, ViTImageProcessor, SiglipImageProcessor or
  // DINOv3ViTImageProcessor (fixed size, no crop).
  std::string className = "CLIPImageProcessor";

  // Before all else: to a square with the picture in the middle, the rest in the colour of the mean.
  bool padsToSquare = false;

  bool resizes = true;
  // If set, the shorter edge becomes this long and the longer one in proportion, rounded down; else both
  // become size.
  std::optional<int> shortestEdge = 224;
  ImageSize size;
  ResizeFilter filter = ResizeFilter::Bicubic;
  // DINOv3's class rescales first, so that what it resizes to one size is neither rounded nor clamped.
  bool resizesUnrounded = false;

  // Rows and columns beyond the picture are black before rescaling. Of an odd excess the smaller half is cut
  // at the top and left.
  bool centerCrops = true;
  ImageSize cropSize = {224, 224};

  bool rescales = true;
  double rescaleFactor = 1.0 / 255;
  bool normalizes = true;
  std::array<double, 3> imageMean = {0.48145466, 0.4578275, 0.40821073};
  std::array<double, 3> imageStd = {0.26862954, 0.26130258, 0.27577711};

  // Reads a preprocessor_config.json. Missing keys have the class's defaults. Keys that these classes do not
  // read in transformers (do_pad, size_divisor ...) are passed over as there; any other key that is not known
  // and switches something on is an Error naming it, and so is a value out of place. source stands for the
  // file in errors; fallbackClass is used if the file names no class.
  static ImageProcessor fromJson(const nlohmann::json& config, const std::string& source,
                                 const std::string& fallbackClass = {});
  static const std::vector<std::string>& classes();  // the names it can read
  static bool hasClass(const std::string& className);
  static ImageProcessor fromFile(const std::filesystem::path& path, const std::string& fallbackClass = {});

  // For models that come without a preprocessor_config.json: scale to the model's size, bicubic, and
  // normalise.
  static ImageProcessor forImageSize(ImageSize size, const std::array<double, 3>& mean,
                                     const std::array<double, 3>& deviation);

  // timm's evaluation transform, for instance resize 248, crop 224, mean and std 0.5: the shorter edge
  // scaled, bicubic, then a centre crop. (torchvision rounds an odd cut to
  // even, so that its crop may lie one pixel further down or right.)
  static ImageProcessor forCrop(int shortestEdge, int cropSize, const std::array<double, 3>& mean,
                                const std::array<double, 3>& deviation);

  // A preprocessor_config.json that fromJson and transformers read to the same processor.
  nlohmann::json toJson() const;

  // The picture as the model gets to see it: resized and cropped, 8 bits a channel. Throws Error if the
  // picture is empty or would become larger than kMaxImagePixels.
  Image prepare(const Image& image) const;

  // What apply takes of memory beside the picture itself, at most, in bytes. Throws Error as prepare does.
  double bytesFor(ImageSize picture) const;

  // prepare, then rescale and normalise: (value * rescaleFactor - imageMean) / imageStd, in float32.
  PixelValues apply(const Image& image) const;

 private:
  PixelValues applyUnrounded(const Image& image) const;
};

}  // namespace espalier
