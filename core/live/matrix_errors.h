#pragma once

#include <string>
#include <vector>

#include "core/engine/engine.h"

namespace espalier {

// What is lost of a matrix's output at each sparsity, by how its weights are chosen and what becomes of those
// that stay: for looking at one matrix with one slider.
struct MatrixErrorCurve {
  std::string name;            // "wanda", "wanda + swaps,refit", "best possible", ...
  std::vector<double> errors;  // for each sparsity: ||W x - V x||^2 over ||W x||^2, summed over the inputs
};
struct MatrixErrors {
  std::string matrix;
  int64_t rows = 0, columns = 0;
  std::vector<double> sparsities;
  // The last two are "best possible, values kept" and "best possible" where all supports of a row can be
  // tried: NaN at sparsities where there are too many.
  std::vector<MatrixErrorCurve> curves;
};

// Of a matrix of a model, by its inputs in the dense model; each row keeps the same number. options: the
// calibration samples. Throws Error (InvalidInput): no such matrix, a sparsity outside 0 ... 1, no data.
MatrixErrors matrixErrors(const OpenModel& dense, const std::string& matrix, const Dataset& calibration,
                          const std::vector<double>& sparsities, const PruneOptions& options,
                          const JobControl& control);

// Of a made-up matrix whose best supports are known: 40 rows, 10 inputs that share much of what they carry,
// so that at 60 % all 210 supports of each row are tried.
MatrixErrors toyMatrixErrors(const std::vector<double>& sparsities, uint64_t seed = 0);

}  // namespace espalier
