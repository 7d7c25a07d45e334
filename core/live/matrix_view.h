#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/engine/engine.h"

namespace espalier {

// Counts of values in equal bins from `from` to `to`.
struct Histogram {
  double from = 0, to = 1;
  std::vector<int64_t> counts;
};

// How a criterion's scores of one matrix are spread, and which score each sparsity cuts at: what the
// threshold in a histogram is. In powers of ten. Compared by row every row has a threshold of its own; this
// one is then that of the whole matrix.
struct ScoreSpread {
  Histogram logScores;
  std::vector<double> thresholds;  // log10 of the score below which s = i / (n - 1) of the weights lie
  double thresholdAt(double sparsity) const;
};

// A matrix as a picture and in numbers: where a mask leaves weights, and how large they are.
struct MatrixView {
  std::string name;
  int64_t rows = 0, columns = 0;
  double kept = 1;    // part of the weights that are not zero
  int64_t heads = 0;  // attention heads that share the rows (or columns, where headsInColumns); 0: none
  bool headsInColumns = false;  // of an output projection

  // The part of the weights kept in each cell of a grid laid over the matrix, row by row, 0 ... 1.
  int64_t gridRows = 0, gridColumns = 0;
  std::vector<float> density;
  std::vector<float> rowKept, columnKept;  // the same for each row and column of the grid

  Histogram dense, pruned;  // of the weights' absolute values; zeros are left out of pruned
};

// pruned: the model with the mask; the dense model itself shows all weights it has. Grid sides are at most
// `side`. Throws Error (InvalidInput) for a name that is no prunable matrix.
MatrixView viewMatrix(const OpenModel& dense, const OpenModel& pruned, const std::string& matrix,
                      int64_t side = 128, int bins = 60);

// The masks of every matrix of the plan as one safetensors file: uint8 of the matrix's shape by its name, 1
// where the weight stays.
void exportMasks(const OpenModel& pruned, const Plan& plan, const std::filesystem::path& file,
                 const JobControl& control);

}  // namespace espalier
