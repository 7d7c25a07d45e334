#include "core/image/picture_room.h"

#include <cmath>
#include <string>

#include "core/base/error.h"
#include "core/base/memory.h"

namespace espalier {

namespace {

std::string mebibytes(double bytes) {
  return std::to_string(int64_t(std::ceil(bytes / double(1 << 20)))) + " MiB";
}

}  // namespace

std::unique_lock<std::recursive_mutex> alonePicture(double bytes) {
  static std::recursive_mutex large;
  constexpr int64_t kAGoodPart = 8;  // one over it
  const bool isLarge = memoryLimit() > 0 && bytes > double(pictureMemoryLimit() / kAGoodPart);
  return isLarge ? std::unique_lock(large) : std::unique_lock<std::recursive_mutex>();
}

std::unique_lock<std::recursive_mutex> requirePictureRoom(ImageSize picture, double bytes) {
  const int64_t room = pictureMemoryLimit();
  if (room > 0 && bytes > double(room))
    throw Error(ErrorKind::InvalidInput,
                "A picture of " + std::to_string(picture.width) + " x " + std::to_string(picture.height) +
                    " pixels takes " + mebibytes(bytes) +
                    " on its way to the model; the ceiling on memory (--memory) of " +
                    mebibytes(double(memoryLimit())) + " leaves room for " + mebibytes(double(room)) + ".");
  return alonePicture(bytes);
}

}  // namespace espalier
