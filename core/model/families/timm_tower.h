#pragma once

#include "core/model/layers/transformer_layer.h"
#include "core/model/model.h"

namespace espalier {

// A vision transformer by timm's names (patch_embed, cls_token, pos_embed, blocks.N, norm or fc_norm, head),
// which EVA as LAVIS has it shares: fused qkv, pre-norm.
struct TimmConfig {
  int64_t channels = 3, width = 0, inner = 0, layers = 0, heads = 0, patch = 0, rows = 0, columns = 0;
  int64_t classes = 0;  // 0: no head, the last block's output is the result
  double epsilon = 1e-6;
  Activation activation = Activation::Gelu;
  bool classToken = true, positions = true;
  bool projectionHasBias = true;
  bool normBefore = false;      // norm_pre, of CLIP's towers
  bool averages = false;        // over the patches, then fc_norm; otherwise norm, then the class token
  bool qkvHasBias = true;       // of its own
  bool queryValueBias = false;  // EVA: q_bias and v_bias
  std::string scale1, scale2;   // layer scale; empty: none
  enum class Relative { None, PerBlock, Shared } relative = Relative::None;
};

// Adds the whole model.
void addTimmTower(Model& model, const TimmConfig& config);

// Rows of the table of relative positions (BEiT, Bao et al. 2022): int64 [1 + rows * columns, 1 + rows *
// columns]. The table has (2 rows - 1)(2 columns - 1) rows for the offsets between patches and three for
// those with the class token.
at::Tensor relativePatchIndex(int64_t rows, int64_t columns);

}  // namespace espalier
