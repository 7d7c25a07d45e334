#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "core/prune/options.h"

namespace espalier {

// A matrix made ready for live pruning: its scores kept as ranks, so that its weights at any sparsity are one
// pass of comparisons at memory speed. For unstructured pruning by criteria with scores(); the weights are
// those of the criterion's own mask (maskOfLeast). A rank takes two bytes where comparison groups (a row, or
// the whole matrix) have up to 65,536 weights, else four.
class MaskRanks {
 public:
  // weight, scores: float32 [rows, columns] of less than 2^32 numbers, scores >= 0 without NaN; comparison
  // Row or Matrix. Keeps the weight (shared, not copied) and a rank for each of its numbers. Sorts once, rows
  // or buckets spread over the workers.
  MaskRanks(at::Tensor weight, const at::Tensor& scores, Comparison comparison);

  // The weight with the fraction `sparsity` (0 ... 1) of it set to zero, as a new tensor or into one of the
  // same shape (float32, contiguous).
  at::Tensor masked(double sparsity) const;
  void maskInto(double sparsity, at::Tensor& out) const;

  // How many numbers of masked() are zero, without making it.
  int64_t zeros(double sparsity) const;

  int64_t bytes() const;  // of the ranks
  Comparison comparison() const { return m_comparison; }

 private:
  template <typename Rank>
  void mask(const std::vector<Rank>& ranks, double sparsity, float* out) const;
  template <typename Rank>
  void noteZeros(const std::vector<Rank>& ranks);

  at::Tensor m_weight;
  Comparison m_comparison;
  int64_t m_rows, m_columns;
  int64_t m_group;  // weights in a comparison group
  std::vector<uint16_t> m_ranks;
  std::vector<uint32_t> m_wideRanks;  // instead, of large groups
  // The ranks of the weight's own zeros, ascending in each group, and where each group's begin; empty where
  // it has none.
  std::vector<uint32_t> m_zeroRanks;
  std::vector<int64_t> m_zeroBegin;
};

}  // namespace espalier
