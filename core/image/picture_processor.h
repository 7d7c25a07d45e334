#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/image/picture_tensor.h"
#include "core/image/preprocess.h"

namespace espalier {

// How a processor divides a picture of some size. It says how many features, and so image tokens, the
// picture becomes, without its pixels being read.
struct PictureLayout {
  ImageSize picture = {};  // as it came, upright
  int64_t tiles = 1;       // pictures that the tower is given: parts and the whole
  int64_t tileRows = 0;    // into how many parts it was cut; 0 x 0: not at all
  int64_t tileColumns = 0;
  int64_t patchRows = 0;  // of a processor that cuts patches itself: their grid, before merging
  int64_t patchColumns = 0;
};

// A model's way from a picture to what its tower is given, as the reference's image processor of the same
// class goes it (transformers 5.12; filters as Pillow's, which its own backend equals within one step of
// 255, two where weights are negative). Immutable, safe to use from several threads.
class PictureProcessor {
 public:
  virtual ~PictureProcessor() = default;

  // The transformers class whose rules it follows, without "Fast" or "Pil".
  virtual std::string className() const = 0;
  // Throws Error (InvalidInput) for a shape the class refuses.
  virtual PictureLayout layoutOf(ImageSize picture) const = 0;
  // One picture as a batch of one. Several make a batch by joinPictures. Large ones (requirePictureRoom) are
  // processed one at a time. Throws Error (InvalidInput) for a picture that faultOf finds a fault with.
  PictureTensors process(const Image& picture) const;
  // What keeps a picture of this size from being processed, as a sentence without its full stop: a shape that
  // the class refuses, or no room for what it becomes under the ceiling on memory. Empty: nothing.
  std::string faultOf(ImageSize picture) const;

  // Reads a preprocessor_config.json, or the "image_processor" of a processor_config.json. The class is
  // "image_processor_type", else what "processor_class" has, else fallbackClass. Throws Error naming what is
  // not known or out of place. source stands for the file in errors.
  static std::shared_ptr<const PictureProcessor> fromJson(const nlohmann::json& config,
                                                          const std::string& source,
                                                          const std::string& fallbackClass = {});
  // A processor with one picture of one size for each picture.
  static std::shared_ptr<const PictureProcessor> plain(ImageProcessor processor);
  // What a folder says in processor_config.json, which counts first, or preprocessor_config.json; null where
  // neither does.
  static std::shared_ptr<const PictureProcessor> fromFolder(const std::filesystem::path& folder);

 protected:
  virtual PictureTensors make(const Image& picture) const = 0;
  // What make takes of memory beside the picture, at most, in bytes. Throws Error as make does.
  virtual double bytesFor(ImageSize picture) const = 0;
};

}  // namespace espalier
