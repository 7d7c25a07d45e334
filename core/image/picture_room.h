#pragma once

#include <mutex>

#include "core/image/preprocess.h"

namespace espalier {

// Room under the ceiling on memory (pictureMemoryLimit) for what is made of a picture of this size on its way
// to a model. What it returns is held meanwhile: of those that take a good part of the room one is made at a
// time, and none while another of that kind is decoded. Throws Error (InvalidInput) naming the size and the
// ceiling where there is no room.
std::unique_lock<std::recursive_mutex> requirePictureRoom(ImageSize picture, double bytes);

// The same without a limit of its own: held where so many bytes are a good part of the room.
std::unique_lock<std::recursive_mutex> alonePicture(double bytes);

}  // namespace espalier
