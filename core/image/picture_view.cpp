#include "core/image/picture_view.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace espalier {

namespace {

constexpr double kLeastArea = 0.25;
constexpr double kMostStretched = 4.0 / 3;

struct Span {
  int first, count;
};

Span pixelsOf(double first, double share, int all) {
  const int count = std::clamp(int(std::lround(share * all)), 1, all);
  return {std::clamp(int(std::lround(first * all)), 0, all - count), count};
}

}  // namespace

Image viewOf(Image picture, const PictureView& view) {
  if (view == PictureView{}) return picture;
  const auto columns = pixelsOf(view.left, view.width, picture.width);
  const auto rows = pixelsOf(view.top, view.height, picture.height);
  Image out{columns.count, rows.count, {}};
  out.rgb.resize(size_t(out.width) * size_t(out.height) * 3);
  uint8_t* to = out.rgb.data();
  for (int y = 0; y < rows.count; ++y) {
    const uint8_t* from =
        picture.rgb.data() + (size_t(rows.first + y) * size_t(picture.width) + size_t(columns.first)) * 3;
    for (int x = 0; x < columns.count; ++x, to += 3)
      std::memcpy(to, from + size_t(view.mirrored ? columns.count - 1 - x : x) * 3, 3);
  }
  return out;
}

PictureView drawView(CounterRandom& random) {
  const double area = kLeastArea + (1 - kLeastArea) * random.uniform();
  const double shape = std::exp((2 * random.uniform() - 1) * std::log(kMostStretched));
  PictureView view;
  view.width = std::min(1.0, std::sqrt(area * shape));
  view.height = std::min(1.0, std::sqrt(area / shape));
  view.left = (1 - view.width) * random.uniform();
  view.top = (1 - view.height) * random.uniform();
  view.mirrored = random.uniform() < 0.5;
  return view;
}

}  // namespace espalier
