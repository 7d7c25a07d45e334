#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "core/model/layers/picture_grids.h"

namespace espalier {

// Where picture tokens are in texts, and the positions that follow from it (M-RoPE, Qwen2-VL, section 2.1).
// Text tokens count along all three axes: time, row, column. The tokens of a picture share one time; their
// row and column count from the position where the picture begins. The text after it continues behind the
// longer side.
struct PicturePositions {
  at::Tensor positions;  // int64 [3, rows, length]; 0 where the mask is 0
  at::Tensor next;       // int64 [rows]: of the token behind each row's last
  // Places that hold a picture's token, as row * length + place, and which token of the tower they hold: both
  // int64 [1, picture tokens].
  at::Tensor places, tokens;
};

// ids int64 [rows, length]; mask [rows, length] or undefined: no padding. pictureOfRow int64 [rows]: the one
// picture of each row; undefined: the texts have the pictures one after another, any number in a row. On the
// host, where it reads token by token; what comes out lies where the ids do. Throws Error where the picture
// tokens are not as many as the pictures make, in all or in one place.
PicturePositions positionsAmongPictures(const at::Tensor& ids, const at::Tensor& mask,
                                        const std::vector<PictureGrid>& grids, const at::Tensor& pictureOfRow,
                                        int64_t merge, int64_t pictureToken);

}  // namespace espalier
