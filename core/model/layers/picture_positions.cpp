#include "core/model/layers/picture_positions.h"

#include <algorithm>

#include "core/base/error.h"

namespace espalier {

namespace {

// The pictures each row has, in order.
std::vector<std::vector<size_t>> picturesOfRows(const at::Tensor& ids, const std::vector<PictureGrid>& grids,
                                                const at::Tensor& pictureOfRow, int64_t merge,
                                                int64_t pictureToken) {
  const int64_t rows = ids.size(0), length = ids.size(1);
  std::vector<std::vector<size_t>> out(static_cast<size_t>(rows));
  if (pictureOfRow.defined()) {
    const auto index = pictureOfRow.cpu().to(at::kLong).contiguous();
    if (index.numel() != rows || index.min().item<int64_t>() < 0 ||
        index.max().item<int64_t>() >= int64_t(grids.size()))
      throw Error(ErrorKind::InvalidInput, "image_index must name one of the " +
                                               std::to_string(grids.size()) + " pictures for each of the " +
                                               std::to_string(rows) + " texts.");
    for (int64_t r = 0; r < rows; ++r) out[size_t(r)] = {size_t(index.data_ptr<int64_t>()[r])};
    return out;
  }
  // One after another, by how many tokens each text has.
  size_t next = 0;
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t* id = ids.data_ptr<int64_t>() + r * length;
    int64_t left = std::count(id, id + length, pictureToken);
    for (; left > 0 && next < grids.size(); ++next) {
      left -= grids[next].tokens(merge);
      out[size_t(r)].push_back(next);
    }
  }
  return out;
}

[[noreturn]] void refuseTokens(int64_t tokens, int64_t pictureToken, int64_t made) {
  throw Error(ErrorKind::InvalidInput, "The texts hold " + std::to_string(tokens) + " picture tokens (" +
                                           std::to_string(pictureToken) + "); their pictures make " +
                                           std::to_string(made) + ".");
}

}  // namespace

PicturePositions positionsAmongPictures(const at::Tensor& givenIds, const at::Tensor& givenMask,
                                        const std::vector<PictureGrid>& grids, const at::Tensor& pictureOfRow,
                                        int64_t merge, int64_t pictureToken) {
  const auto ids = givenIds.cpu().contiguous();
  const int64_t rows = ids.size(0), length = ids.size(1);
  const auto mask = (givenMask.defined() ? givenMask.cpu() : at::ones_like(ids)).to(at::kLong).contiguous();
  for (const auto& g : grids)
    if (g.frames != 1)
      throw Error(ErrorKind::Unsupported, "image_grid_thw has a picture of " + std::to_string(g.frames) +
                                              " frames; pictures have one, and videos cannot be computed.");
  std::vector<int64_t> firstToken;
  int64_t made = 0;
  for (const auto& g : grids) firstToken.push_back(made), made += g.tokens(merge);

  const auto pictures = picturesOfRows(ids, grids, pictureOfRow, merge, pictureToken);
  int64_t expected = pictureOfRow.defined() ? 0 : made;
  if (pictureOfRow.defined())
    for (const auto& row : pictures)
      for (const auto p : row) expected += grids[p].tokens(merge);
  const int64_t held = (ids == pictureToken).sum().item<int64_t>();
  if (held != expected) refuseTokens(held, pictureToken, expected);

  PicturePositions out{at::zeros({3, rows, length}, at::kLong), at::zeros({rows}, at::kLong), {}, {}};
  std::vector<int64_t> places, tokens;
  auto position = out.positions.accessor<int64_t, 3>();
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t* id = ids.data_ptr<int64_t>() + r * length;
    const int64_t* seen = mask.data_ptr<int64_t>() + r * length;
    int64_t now = 0;
    size_t picture = 0;
    for (int64_t i = 0; i < length;) {
      if (id[i] != pictureToken) {
        if (seen[i]) position[0][r][i] = position[1][r][i] = position[2][r][i] = now++;
        ++i;
        continue;
      }
      const bool there = picture < pictures[size_t(r)].size();
      const size_t p = there ? pictures[size_t(r)][picture++] : 0;
      const int64_t count = there ? grids[p].tokens(merge) : 0;
      const int64_t run =
          std::find_if(id + i, id + length, [&](int64_t t) { return t != pictureToken; }) - (id + i);
      if (!there || run < count)
        throw Error(ErrorKind::InvalidInput, "Text " + std::to_string(r + 1) + " has " + std::to_string(run) +
                                                 " picture tokens (" + std::to_string(pictureToken) +
                                                 ") in one place; the picture that stands there makes " +
                                                 std::to_string(count) + ".");
      const int64_t columns = grids[p].columns / merge;
      for (int64_t k = 0; k < count; ++k, ++i) {
        places.push_back(r * length + i);
        tokens.push_back(firstToken[p] + k);
        if (!seen[i]) continue;
        position[0][r][i] = now;
        position[1][r][i] = now + k / columns;
        position[2][r][i] = now + k % columns;
      }
      now += std::max(grids[p].rows, grids[p].columns) / merge;
    }
    out.next.data_ptr<int64_t>()[r] = now;
  }
  const auto device = givenIds.device();
  out.positions = out.positions.to(device), out.next = out.next.to(device);
  out.places = at::tensor(places, at::kLong).unsqueeze(0).to(device);
  out.tokens = at::tensor(tokens, at::kLong).unsqueeze(0).to(device);
  return out;
}

}  // namespace espalier
