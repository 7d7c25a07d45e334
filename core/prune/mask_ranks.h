#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "core/prune/options.h"

namespace espalier {

// A matrix made ready for live pruning: its scores kept as ranks of two bytes, so that its weights at any
// sparsity are one pass of comparisons at memory speed. For unstructured pruning by criteria with scores().
//
// The weights are those of the criterion's own mask (maskOfLeast), but for comparison groups (a row, or the
// whole matrix) of more than 65,536 weights, where ranks are kept in 65,536 steps and the number pruned in a
// group is rounded to a step: off by at most group / 131,072 + 1 weights, and those are the next in the
// criterion's order.
class MaskRanks {
 public:
  // weight, scores: float32 [rows, columns], scores >= 0 without NaN; comparison Row or Matrix. Keeps the
  // weight (shared, not copied) and two bytes for each of its numbers. Sorts once, rows or buckets spread
  // over the workers.
  MaskRanks(at::Tensor weight, const at::Tensor& scores, Comparison comparison);

  // The weight with the fraction `sparsity` (0 ... 1) of it set to zero, as a new tensor or into one of the
  // same shape (float32, contiguous).
  at::Tensor masked(double sparsity) const;
  void maskInto(double sparsity, at::Tensor& out) const;

  Comparison comparison() const { return m_comparison; }

 private:
  // What is pruned of a group that has `pruned` to lose: the ranks below this.
  uint32_t stepOf(int64_t pruned) const;

  at::Tensor m_weight;
  Comparison m_comparison;
  int64_t m_rows, m_columns;
  int64_t m_group;  // weights in a comparison group
  std::vector<uint16_t> m_ranks;
};

}  // namespace espalier
