#pragma once

#include <compare>

#include "core/base/random.h"
#include "core/image/image.h"

namespace espalier {

// A part of a picture, in shares of its width and height, from its left upper corner; mirrored or not.
struct PictureView {
  double left = 0, top = 0, width = 1, height = 1;
  bool mirrored = false;  // left and right

  auto operator<=>(const PictureView&) const = default;
};

// The view of a picture: whole pixels, at least one.
Image viewOf(Image picture, const PictureView& view);

// A random part: a quarter of the picture's area to all of it, 3/4 to 4/3 of its shape, as networks for
// ImageNet are trained (Szegedy et al., CVPR 2015); mirrored half of the time.
PictureView drawView(CounterRandom& random);

}  // namespace espalier
