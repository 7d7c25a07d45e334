#include "core/model/families/any_resolution.h"

#include <algorithm>
#include <cmath>

namespace espalier {

PictureSize AnyResolution::sizeFor(PictureSize picture) const {
  PictureSize best = sizes.at(0);
  int64_t mostKept = 0, leastWasted = 0;
  for (const auto& size : sizes) {
    const double scale =
        std::min(double(size.columns) / double(picture.columns), double(size.rows) / double(picture.rows));
    const auto scaled = int64_t(double(picture.columns) * scale) * int64_t(double(picture.rows) * scale);
    const int64_t kept = std::min(scaled, picture.columns * picture.rows),
                  wasted = size.rows * size.columns - kept;
    if (kept < mostKept || (kept == mostKept && wasted >= leastWasted && mostKept > 0)) continue;
    mostKept = kept, leastWasted = wasted, best = size;
  }
  return best;
}

int64_t AnyResolution::tilesOf(PictureSize picture) const {
  const auto size = sizeFor(picture);
  return ((size.rows + tile - 1) / tile) * ((size.columns + tile - 1) / tile) + 1;
}

AnyResolution::Grid AnyResolution::gridOf(PictureSize picture) const {
  const auto size = sizeFor(picture);
  Grid g;
  g.tileRows = size.rows / tile, g.tileColumns = size.columns / tile;
  g.kept = {g.tileRows * side, g.tileColumns * side};
  // As the reference rounds: to seven digits, then down.
  const auto scaled = [](int64_t length, double scale) {
    return int64_t(std::round(double(length) * scale * 1e7) / 1e7);
  };
  const double shape = double(picture.columns) / double(picture.rows),
               here = double(g.kept.columns) / double(g.kept.rows);
  if (shape > here) {
    const int64_t rows = scaled(picture.rows, double(g.kept.columns) / double(picture.columns));
    g.top = (g.kept.rows - rows) / 2;
    g.kept.rows -= 2 * g.top;
  } else {
    const int64_t columns = scaled(picture.columns, double(g.kept.rows) / double(picture.rows));
    g.left = (g.kept.columns - columns) / 2;
    g.kept.columns -= 2 * g.left;
  }
  g.thinned = g.kept;
  if (mostTiles > 0) {
    const double ratio = std::sqrt(double(g.kept.rows * g.kept.columns) / double(mostTiles * side * side));
    if (ratio > 1.1)
      g.thinned = {int64_t(double(g.kept.rows) / ratio), int64_t(double(g.kept.columns) / ratio)};
  }
  return g;
}

int64_t AnyResolution::featuresOf(PictureSize picture, bool divided) const {
  if (!divided) return side * side + 1;
  const auto g = gridOf(picture);
  return side * side + g.thinned.rows * (g.thinned.columns + 1);
}

}  // namespace espalier
