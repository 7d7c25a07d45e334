#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "core/model/state.h"

namespace espalier {

// Pictures of any size, cut into patches beforehand: pixel_values [patches of all pictures, numbers of a
// patch], one picture behind the other, and image_grid_thw int64 [pictures, 3], each picture's frames, rows
// and columns of patches. Patches that will be merged into one token stand together: block by block of merge
// x merge, row by row within a block. In a tower all pictures of a batch are one row, [forks, patches,
// width]: nothing is padded, so neither results nor statistics know of the other pictures.

struct PictureGrid {
  int64_t frames = 0, rows = 0, columns = 0;  // of patches
  int64_t patches() const { return frames * rows * columns; }
  int64_t tokens(int64_t merge) const { return patches() / (merge * merge); }
};

// The grids of a batch's pictures. Throws Error where sides are no multiples of `merge`, or where they do not
// make up the patches of pixel_values.
std::vector<PictureGrid> gridsOf(const Batch& batch, int64_t merge);

// Row and column of every patch in its picture, in the order patches stand: int64 [patches, 2].
at::Tensor placesOfPatches(const std::vector<PictureGrid>& grids, int64_t merge);

// Cosines and sines for heads of `headWidth`: the first half of a head's frequencies turns by the row, the
// second by the column (Qwen2-VL, section 2.1). places int64 [patches, 2] -> [2, 1, patches, headWidth].
at::Tensor gridRotation(const at::Tensor& places, int64_t headWidth);

// Windows of side x side tokens, cut off at a picture's borders, one behind the other (Qwen2.5-VL, section
// 2.1.1).
struct Windows {
  at::Tensor order;    // int64 [tokens]: which token stands at each place
  at::Tensor lengths;  // int64 [1, windows], in patches
};
Windows windowsOf(const std::vector<PictureGrid>& grids, int64_t merge, int64_t side);

// Patches of each frame: int64 [1, frames].
at::Tensor frameLengths(const std::vector<PictureGrid>& grids);

// Interpolated between the four nearest rows of a table of side x side positions [side * side, width], whose
// corners are the corners of each picture: [patches, width] in the order patches stand.
at::Tensor interpolatedPositions(const at::Tensor& table, const std::vector<PictureGrid>& grids,
                                 int64_t merge);

// Attention within consecutive parts of a row: q, k, v [forks, length, heads * d]; lengths int64
// [1, parts] on the host, which add up to the length.
at::Tensor attendWithin(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, int64_t heads,
                        double scale, const at::Tensor& lengths);

// Key of frameLengths() in State::fixed while all pictures are in one row.
inline constexpr const char* kPackedPictures = "packed pictures";

// How many samples stand one behind the other in each row of State::hidden: pictures in a tower as above;
// otherwise one.
int64_t samplesInRow(const State& state);

}  // namespace espalier
