#pragma once

#include <string>

#include "core/model/families/siglip_tower.h"

namespace espalier {

// SigLIP's head on the tower's normed output: one learned vector looks at all patches and a small MLP follows
// (multihead attention pooling, Zhai et al. 2022). Its matrices are not pruned. root + "head" is its name.
void declareSiglipPooling(Model& model, const SiglipVisionConfig& config, const std::string& root);

// hidden [N, patches, width], bias additive [rows, 1, 1, patches] or undefined -> [N, width].
at::Tensor siglipPooled(const Pass& pass, const SiglipVisionConfig& config, const std::string& root,
                        const at::Tensor& hidden, const at::Tensor& bias);

}  // namespace espalier
