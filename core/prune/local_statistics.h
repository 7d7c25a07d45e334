#pragma once

#include <functional>
#include <vector>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/model/weights.h"

namespace espalier {

// What local importance says of a matrix of the unpruned model: the numbers that allocators other than
// ECoFLaP share by. All are of Wanda's metric A_ij = |W_ij| ||X_j||_2 on the calibration data, but for the
// exponent, which is of the weights alone.
struct LocalStatistics {
  const PrunableMatrix* matrix = nullptr;
  double sum = 0;            // of A over the matrix: its local score
  double standardError = 0;  // of the sum, from its scatter over the batches; NaN with fewer than two
  double outliers = 0;       // how many A_ij are above 5 times the mean of A over the block (OWL, M = 5)
  double median = 0;         // of A over the block, the lower of two middle ones (DLP)
  double alpha = 0;          // power-law exponent of the spectrum (AlphaPruning), see hillExponent
};

// PL_Alpha_Hill: with the eigenvalues l_1 <= ... <= l_n of W^T W, n = min(rows, columns), and the larger half
// of them, k = n - floor(n / 2), as the tail,
//     alpha = 1 + k / sum_{i = n - k + 1 ... n} ln(l_i / l_{n - k + 1})
// as the code released with AlphaPruning has it (xmin is the tail's own least). Eigenvalues in float64. A
// tail whose least is not above 0, or whose eigenvalues are all the same, has no exponent: 0 is returned.
double hillExponent(const at::Tensor& weight);

// The statistics of the wanted blocks' matrices, from one pass of the dense model over all batches; told
// block by block in model order, from the calling thread. Processes of the control share batches and
// exponents; all are told the same. `wanted` blocks that `known` says an earlier run
// did are run through only. States of all batches are held at once, weights used and given back block by
// block; numbers do not depend on workers. Throws Error as gathering inputs does
// (core/prune/input_statistics.h), Cancelled between batches and matrices.
using BlockSeen = std::function<void(const Block&, const std::vector<LocalStatistics>&)>;
void sweepLocalStatistics(const Model& model, const Weights& weights,
                          const std::vector<std::shared_ptr<const Batch>>& batches,
                          const std::function<bool(const Block&)>& wanted,
                          const std::function<bool(const Block&)>& known, const JobControl& control,
                          const BlockSeen& onBlock);

}  // namespace espalier
