#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace espalier {

struct PictureSize {
  int64_t rows = 0, columns = 0;
};

// How the features of a picture that was given to the tower as a whole and in tiles (LLaVA-NeXT's "any
// resolution") follow one another: those of the whole, then those of the tiles together, row by row, without
// the edges that padding made, each row closed by a learnt mark.
struct AnyResolution {
  std::vector<PictureSize> sizes;  // that pictures are fitted into, in pixels
  int64_t tile = 0;                // side of a tile, in pixels
  int64_t side = 0;                // patches along one side of a tile
  int64_t mostTiles = 0;           // LLaVA-OneVision: features are thinned to those of so many; 0: never

  // The size a picture is fitted into: the one that keeps most of its pixels, and of those the least.
  PictureSize sizeFor(PictureSize picture) const;
  int64_t tilesOf(PictureSize picture) const;  // with the whole

  // The grid of features of the tiles together, and which part of it holds the picture.
  struct Grid {
    int64_t tileRows = 0, tileColumns = 0;
    int64_t top = 0, left = 0;
    PictureSize kept;     // of features, without the padding
    PictureSize thinned;  // what becomes of them; the same where nothing is thinned
  };
  Grid gridOf(PictureSize picture) const;
  // Features a picture becomes, marks with them. divided: it was cut into tiles.
  int64_t featuresOf(PictureSize picture, bool divided) const;
};

// Of a LLaVA-NeXT's or LLaVA-OneVision's config.json.
AnyResolution anyResolutionOf(const nlohmann::json& config);

}  // namespace espalier
