#pragma once

#include <string>

#include "core/image/picture_processor.h"

namespace espalier {

// The text for a picture of Idefics3 or SmolVLM, as the reference's processor writes it: the mark of each
// tile and `tokens` picture tokens, row by row, the whole picture last.
std::string idefics3PictureText(const PictureLayout& layout, int64_t tokens, const std::string& pictureToken);

}  // namespace espalier
