#pragma once

#include <filesystem>
#include <string>

namespace espalier {

// What keeps a picture file from being read, as far as it shows without decoding it: that it is empty, no
// picture of a known kind, cut short, or larger than can be read (kMaxImagePixels, the ceiling on memory). As
// the end of a sentence about it ("is cut short"); empty where nothing is wrong. Reads a few bytes; a JPEG
// without an end mark is decoded.
std::string pictureFault(const std::filesystem::path& file);

}  // namespace espalier
