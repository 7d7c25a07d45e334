#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <string>
#include <vector>

#include "core/prune/options.h"

namespace espalier {

// Which weights of a matrix are to go, once they have scores.
struct Selection {
  double sparsity = 0.5;  // fraction that goes, 0 ... 1; N:M patterns do not look at it
  // Row or Matrix. N:M patterns compare within a group of M whatever it says.
  Comparison comparison = Comparison::Row;
  SparsityPattern pattern = {};
  bool officialCounts = false;  // OfficialBehaviour::counts
};

// How many weights of a matrix go: all but keptWeights(rows * columns, sparsity). Compared by matrix it is
// that number exactly. Compared by row the rows share it evenly, so that the matrix meets the plan: no two
// rows differ by more than one, and all are equal where columns * sparsity is whole. With officialCounts:
// int(columns * sparsity) in every row.
int64_t prunedInMatrix(int64_t rows, int64_t columns, const Selection& selection);
int64_t prunedInRow(int64_t rows, int64_t columns, const Selection& selection, int64_t row);

// The mask of the least scores: bool [rows, columns], true = goes. scores: float32 [rows, columns], >= 0, no
// NaN. Among equal scores the one with the lower index goes first (what a stable ascending sort does). Work
// is linear in the number of weights; rows are spread over the workers and the result does not depend on how.
// In blocks, each of which counts by the sum of its scores, in place of weights.
// Throws Error (InvalidInput) where M does not divide the columns, unless officialCounts, or R the rows.
at::Tensor maskOfLeast(const at::Tensor& scores, const Selection& selection);

// The same with the numbers given: pruned(row) of each row, or pruned of the whole matrix, or all up to and
// including the score of a rank (0 = least).
at::Tensor maskOfLeastInRows(const at::Tensor& scores, const std::function<int64_t(int64_t row)>& pruned);
at::Tensor maskOfLeastInMatrix(const at::Tensor& scores, int64_t pruned);
at::Tensor maskUpToRank(const at::Tensor& scores, int64_t rank);

// The scores with those of weights that are zero below all others: 0, where the least of the others is the
// smallest number above it. The scores themselves where no weight is zero.
at::Tensor zerosFirst(const at::Tensor& weight, const at::Tensor& scores);

// The weight (float32) with zeros where the mask is true, as a new tensor.
at::Tensor zeroed(const at::Tensor& weight, const at::Tensor& mask);

// How many of the numbers (float32) are not zero, at memory speed.
int64_t nonZeroCount(const at::Tensor& weight);

// Marks the k least of count values >= 0, without NaN, the first among equal ones. scratch is overwritten.
void markLeast(const float* values, int64_t count, int64_t k, bool* mark, std::vector<int32_t>& scratch);

// The value of rank k (0 = least) among count values >= 0, without NaN; +inf allowed.
float valueOfRank(const float* values, int64_t count, int64_t k);

// The same among the magnitudes of all numbers of several tensors (float32, without NaN). tensor(i) is called
// twice for each, by the workers, and none is held for longer than it takes to count it.
float magnitudeOfRank(int64_t tensors, const std::function<at::Tensor(int64_t)>& tensor, int64_t k);

// Throws Error (InvalidInput) naming the matrix if its rows or columns do not suit the pattern.
void checkPattern(const SparsityPattern& pattern, int64_t rows, int64_t columns, const std::string& matrix,
                  bool officialCounts);

}  // namespace espalier
