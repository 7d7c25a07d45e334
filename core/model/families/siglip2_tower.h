#pragma once

#include <string>

#include "core/model/families/siglip_tower.h"

namespace espalier {

// SigLIP 2's tower for pictures of any shape (naflex, Tschannen et al. 2025): pixel_values [P, L, 3 * patch *
// patch] are patches row by row, filled up to L; pixel_attention_mask [P, L] is 1 for a patch;
// spatial_shapes int64 [P, 2] are each picture's rows and columns of patches, at which its table of positions
// is resized (bilinear, antialiased). State::hidden ends as addSiglipVision's; nothing sees what is filled
// up. config.image is the side of the table times the patch.
void addSiglip2Vision(Model& model, const SiglipVisionConfig& config, const std::string& root);

// The sizes from vision_config, whose num_patches is the number of positions.
SiglipVisionConfig parseSiglip2Vision(const nlohmann::json& visionConfig);

}  // namespace espalier
