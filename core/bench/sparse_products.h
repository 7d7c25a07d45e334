#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/progress.h"

namespace espalier {

// How long a product of a pruned matrix with one to a few vectors takes as a SparseMatrix, beside the matrix
// library's dense one and beside the dense matrix in the order and with the instructions of core/sparse: as
// many vectors as a text has rows that are generated at a time. They are measured by turns, in processor time
// of one core, and the fastest counts.
struct SparseBenchOptions {
  int64_t rows = 11008, columns = 4096;
  std::vector<double> sparsities{0.5, 0.6, 0.7, 0.8};
  std::vector<int64_t> counts{1, 4};      // of vectors
  std::vector<int64_t> blocks{1, 4, 16};  // rows of a column that are zero together; 1: unstructured
  int64_t repeats = 9;
};

struct SparseTime {
  std::string numbers;  // the matrix's type, and what its vectors are rounded to where they are
  int64_t block = 1;
  double sparsity = 0;
  int64_t count = 0;
  double librarySeconds = 0, denseSeconds = 0, sparseSeconds = 0;
  double bytesShare = 0;  // of the dense matrix's
  double furthest = 0;    // of a result from the library's, over the largest of those
  double faster() const { return librarySeconds / sparseSeconds; }
  double fasterThanDense() const { return denseSeconds / sparseSeconds; }
};

struct SparseBenchReport {
  std::string processor, blas, instructions, roundedInstructions;
  int64_t rows = 0, columns = 0;
  std::vector<SparseTime> times;
};

SparseBenchReport runSparseBench(const SparseBenchOptions& options, const JobControl& control);

nlohmann::json toJson(const SparseBenchReport& report);
std::string toMarkdown(const SparseBenchReport& report);

}  // namespace espalier
