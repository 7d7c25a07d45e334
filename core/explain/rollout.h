#pragma once

#include <ATen/ATen.h>

#include <string>

#include "core/model/model.h"

namespace espalier {

// Which share of every position's state comes from each source, along attention and the residual streams
// around it: R' = (A + I) R / 2 for self-attention, R' = (A C + R) / 2 for attention to a context with shares
// C, A the mean over heads (Abnar and Zuidema 2020, who have self-attention alone).
struct Rollout {
  // float32 [positions, sources] after the last block; each row sums to one. Sources are the picture's
  // patches, row by row, then the tokens of input_ids, then everything else (class tokens, queries, tokens
  // of the decoder). Of a model that pools its pictures: one row, that of the picture's vector.
  at::Tensor shares;
  at::Tensor textShares;  // of a model that matches: [text positions, sources]
  int64_t patchRows = 0, patchColumns = 0, textTokens = 0;
  int64_t patches() const { return patchRows * patchColumns; }
  std::string note;  // why there are no shares; empty: there are
};

// Runs a batch of one row and one picture (or none) through all blocks and follows the shares. state: what
// the pass ends with.
Rollout rollout(const Model& model, const Pass& pass, std::shared_ptr<const Batch> inputs, State& state);

}  // namespace espalier
