#pragma once

#include <cstdint>

namespace espalier {

// Attention of one row and head with T tangents, in float32: what dO = dP v + P dv is, where S = scale q k^T,
// P its softmax, dS = scale (dq k^T + q dk^T) and dP = P (dS - sum(P dS)). Lines of `width` numbers
// (`mixedWidth` of values and results) lie `line` numbers apart, tangents one `step` behind the other. What
// carries no tangents has none (null).
struct AttentionChange {
  struct Lines {
    const float* data = nullptr;
    int64_t line = 0, step = 0;
  };

  Lines q, k, v, dq, dk, dv;
  const float* weights = nullptr;  // P, [queries, keys]
  const float* slope = nullptr;    // of a cap on the scores, [queries, keys]; null: none
  int64_t tangents = 0, queries = 0, keys = 0, width = 0, mixedWidth = 0;
  float scale = 1;
  float* out = nullptr;
  int64_t outLine = 0, outStep = 0;
};

// Whether there is a matrix library with the usual entry point, which changeAttention() needs.
bool canChangeAttention();
void changeAttention(const AttentionChange& a);

}  // namespace espalier
