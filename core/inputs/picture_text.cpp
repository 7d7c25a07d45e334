#include "core/inputs/picture_text.h"

namespace espalier {

std::string idefics3PictureText(const PictureLayout& layout, int64_t tokens,
                                const std::string& pictureToken) {
  const std::string around = "<fake_token_around_image>";
  std::string features;
  for (int64_t i = 0; i < tokens; ++i) features += pictureToken;
  std::string out;
  for (int64_t row = 1; row <= layout.tileRows; ++row) {
    for (int64_t column = 1; column <= layout.tileColumns; ++column)
      out += around + "<row_" + std::to_string(row) + "_col_" + std::to_string(column) + ">" + features;
    out += "\n";
  }
  if (layout.tileRows > 0) out += "\n";
  return out + around + "<global-img>" + features + around;
}

}  // namespace espalier
