#include "core/model/layers/picture_grids.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/model/layers/attention.h"

namespace espalier {

namespace {

constexpr int64_t kLongestGridSide = int64_t(1) << 16;

std::string shownGrid(const PictureGrid& g) {
  return std::to_string(g.frames) + " x " + std::to_string(g.rows) + " x " + std::to_string(g.columns);
}

// A picture's numbers, one for each patch, [frames, rows, columns], in the order patches stand.
at::Tensor inMergeOrder(const at::Tensor& plain, int64_t merge) {
  const int64_t frames = plain.size(0), rows = plain.size(1), columns = plain.size(2);
  std::vector<int64_t> shape{frames, rows / merge, merge, columns / merge, merge};
  std::vector<int64_t> order{0, 1, 3, 2, 4};
  if (plain.dim() == 4) shape.push_back(plain.size(3)), order.push_back(5);
  const auto blocks = plain.reshape(shape).permute(order);
  return plain.dim() == 4 ? blocks.reshape({-1, plain.size(3)}) : blocks.reshape({-1});
}

// Scores of one part that are made at once: 64 MB of them.
constexpr int64_t kMostScores = int64_t(1) << 24;

}  // namespace

std::vector<PictureGrid> gridsOf(const Batch& batch, int64_t merge) {
  const auto given = batch.at("image_grid_thw").cpu().to(at::kLong).contiguous();
  if (given.dim() != 2 || given.size(1) != 3)
    throw Error(ErrorKind::InvalidInput,
                "image_grid_thw must be [pictures, 3]: frames, rows and columns of patches.");
  const auto& pixels = batch.at("pixel_values");
  std::vector<PictureGrid> grids;
  int64_t patches = 0;
  for (int64_t p = 0; p < given.size(0); ++p) {
    const int64_t* n = given.data_ptr<int64_t>() + 3 * p;
    const PictureGrid g{n[0], n[1], n[2]};
    if (std::min({g.frames, g.rows, g.columns}) < 1 ||
        std::max({g.frames, g.rows, g.columns}) > kLongestGridSide || g.rows % merge || g.columns % merge)
      throw Error(ErrorKind::InvalidInput,
                  "image_grid_thw has a picture of " + shownGrid(g) +
                      " patches; rows and columns were expected to be multiples of " + std::to_string(merge) +
                      ".");
    patches += g.patches();
    grids.push_back(g);
  }
  if (patches != pixels.size(0))
    throw Error(ErrorKind::InvalidInput, "image_grid_thw tells of " + std::to_string(patches) +
                                             " patches; pixel_values holds " +
                                             std::to_string(pixels.size(0)) + ".");
  return grids;
}

at::Tensor placesOfPatches(const std::vector<PictureGrid>& grids, int64_t merge) {
  std::vector<at::Tensor> out;
  for (const auto& g : grids) {
    const std::vector<int64_t> shape{g.frames, g.rows, g.columns};
    const auto rows = at::arange(g.rows, at::kLong).view({1, g.rows, 1}).expand(shape);
    const auto columns = at::arange(g.columns, at::kLong).view({1, 1, g.columns}).expand(shape);
    out.push_back(at::stack({inMergeOrder(rows, merge), inMergeOrder(columns, merge)}, 1));
  }
  return at::cat(out, 0);
}

at::Tensor gridRotation(const at::Tensor& places, int64_t headWidth) {
  constexpr double kTheta = 10000;
  const int64_t half = headWidth / 2;
  const auto frequencies = 1.0 / at::pow(kTheta, at::arange(0, half, 2, at::kFloat) / double(half));
  const auto angles = (places.to(at::kFloat).unsqueeze(2) * frequencies).flatten(1);  // [patches, half]
  const auto both = at::cat({angles, angles}, 1).unsqueeze(0);
  return at::stack({at::cos(both), at::sin(both)});
}

Windows windowsOf(const std::vector<PictureGrid>& grids, int64_t merge, int64_t side) {
  std::vector<int64_t> order, lengths;
  int64_t first = 0;  // token of the frame
  for (const auto& g : grids) {
    const int64_t rows = g.rows / merge, columns = g.columns / merge;
    for (int64_t t = 0; t < g.frames; ++t, first += rows * columns)
      for (int64_t top = 0; top < rows; top += side)
        for (int64_t left = 0; left < columns; left += side) {
          const int64_t bottom = std::min(rows, top + side), right = std::min(columns, left + side);
          for (int64_t r = top; r < bottom; ++r)
            for (int64_t c = left; c < right; ++c) order.push_back(first + r * columns + c);
          lengths.push_back((bottom - top) * (right - left) * merge * merge);
        }
  }
  return {at::tensor(order, at::kLong), at::tensor(lengths, at::kLong).unsqueeze(0)};
}

at::Tensor frameLengths(const std::vector<PictureGrid>& grids) {
  std::vector<int64_t> lengths;
  for (const auto& g : grids) lengths.insert(lengths.end(), size_t(g.frames), g.rows * g.columns);
  return at::tensor(lengths, at::kLong).unsqueeze(0);
}

at::Tensor interpolatedPositions(const at::Tensor& table, const std::vector<PictureGrid>& grids,
                                 int64_t merge) {
  const auto side = int64_t(std::llround(std::sqrt(double(table.size(0)))));
  std::vector<at::Tensor> out;
  for (const auto& g : grids) {
    const auto along = [&](int64_t count) {
      const auto at = at::linspace(0, double(side - 1), count, table.options());
      const auto low = at.floor().clamp_max(double(side - 1));
      const auto high = (low + 1).clamp_max(double(side - 1));
      return std::array<at::Tensor, 3>{low.to(at::kLong), high.to(at::kLong), at - low};
    };
    const auto [top, bottom, down] = along(g.rows);
    const auto [left, right, aside] = along(g.columns);
    const auto corner = [&](const at::Tensor& r, const at::Tensor& c, const at::Tensor& down,
                            const at::Tensor& aside) {
      const auto index = (r.unsqueeze(1) * side + c.unsqueeze(0)).flatten();
      const auto share = (down.unsqueeze(1) * aside.unsqueeze(0)).reshape({-1, 1});
      return table.index_select(0, index) * share;
    };
    const auto sum = corner(top, left, 1 - down, 1 - aside) + corner(top, right, 1 - down, aside) +
                     corner(bottom, left, down, 1 - aside) + corner(bottom, right, down, aside);
    out.push_back(inMergeOrder(sum.view({1, g.rows, g.columns, -1}), merge).repeat({g.frames, 1}));
  }
  return at::cat(out, 0);
}

at::Tensor attendWithin(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, int64_t heads,
                        double scale, const at::Tensor& lengths) {
  const int64_t* each = lengths.data_ptr<int64_t>();
  const int64_t parts = lengths.numel();
  std::vector<at::Tensor> out;
  int64_t begin = 0;
  for (int64_t i = 0; i < parts;) {
    // Parts of one length run as a batch.
    const int64_t length = each[i];
    int64_t count = 1;
    while (i + count < parts && each[i + count] == length) ++count;
    // As many heads at once as there is room for the scores of.
    const int64_t atOnce = std::clamp<int64_t>(kMostScores / (length * length), 1, heads);
    std::vector<at::Tensor> ofHeads;
    for (int64_t h = 0; h < heads; h += atOnce) {
      const int64_t some = std::min(atOnce, heads - h);
      const auto take = [&](const at::Tensor& t) {
        const int64_t d = t.size(2) / heads;
        return t.narrow(1, begin, count * length)
            .narrow(2, h * d, some * d)
            .reshape({t.size(0) * count, length, some * d});
      };
      ofHeads.push_back(attend(take(q), take(k), take(v), some, scale, {}));
    }
    const auto mixed = ofHeads.size() == 1 ? ofHeads[0] : at::cat(ofHeads, 2);
    out.push_back(mixed.reshape({mixed.size(0) / count, count * length, mixed.size(2)}));
    begin += count * length, i += count;
  }
  return out.size() == 1 ? out[0] : at::cat(out, 1);
}

int64_t samplesInRow(const State& state) {
  const auto it = state.fixed.find(kPackedPictures);
  return it == state.fixed.end() ? 1 : it->second.size(1);
}

}  // namespace espalier
