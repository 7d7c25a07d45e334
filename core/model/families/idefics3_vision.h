#pragma once

#include <ATen/ATen.h>

#include <string>

#include "core/model/families/siglip_tower.h"

namespace espalier {

// In State::fixed: which picture each tile that the tower sees is of, int64 [1, tiles].
inline const std::string kPictureOfTile = "picture of each tile";

// SigLIP's tower as Idefics3 and SmolVLM have it (Laurencon et al. 2024, Marafioti et al. 2025): pixel_values
// [pictures, most tiles, 3, H, W] (or [pictures, 3, H, W]: one tile each), pixel_attention_mask [pictures,
// most tiles, H, W] (1: a pixel of the picture; absent: all are). Tiles of nothing but zeros are dropped, the
// very first excepted where all are. State::hidden ends normed, [tiles, patches, width]; it stays undefined
// where the inputs have no pixel_values.
void addIdefics3Vision(Model& model, const SiglipVisionConfig& config, const std::string& root);

// Row indices into the table of side x side positions. patches is [tiles, rows, columns], true where a patch
// contains part of the picture, which is in the upper left corner. The patches of a picture that does not
// fill its tile are spread over the whole table. Returns int64 [tiles, rows * columns], 0 where there is no
// picture.
at::Tensor spreadPositions(const at::Tensor& patches, int64_t side);

}  // namespace espalier
