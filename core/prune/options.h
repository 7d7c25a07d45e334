#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/model/units.h"

namespace espalier {

// Among which weights the least important are looked for.
enum class Comparison {
  Auto,    // as the criterion was published, see Criterion::publishedComparison
  Row,     // within each output row
  Matrix,  // over the whole matrix
};

Comparison comparisonNamed(
    const std::string& name);  // "auto", "row", "matrix"; Error (InvalidInput) otherwise

// Under which weights what goes into a matrix is seen.
enum class CalibrationInputs {
  Pruned,  // the blocks before it as they have been pruned, as Wanda, SparseGPT and ECoFLaP were published
  Dense,   // the dense model: one pass serves every plan
};

CalibrationInputs calibrationInputsNamed(const std::string& name);  // "pruned", "dense"; Error otherwise

// What weights that change are fitted to: what the matrix, unpruned, makes ...
enum class FitTarget {
  Pruned,  // of the inputs it is calibrated on, as SparseGPT and ALPS were published
  Dense,   // of the dense model's inputs, so that it makes up for what the blocks before it lost, too
};

FitTarget fitTargetNamed(const std::string& name);  // "pruned", "dense"; Error otherwise

// Where zeros may stand: anywhere; or N:M, where at most N of every M consecutive inputs of a row stay (the
// meaning of Mishra et al. 2021, arXiv 2104.08378; 2:4 and 4:8 are half sparse); or in blocks: R consecutive
// rows of a column go or stay together, for programs that compute R outputs at a time; or in units: whole
// attention heads and neurons of MLPs, which a smaller dense model lacks (core/engine/shrink_model.h).
struct SparsityPattern {
  int64_t n = 0;
  int64_t m = 0;          // 0: not N:M
  int64_t blockRows = 1;  // R; 1: no blocks
  bool units = false;

  bool structured() const { return m > 0; }  // N:M, whose zeros a plan does not decide
  bool inBlocks() const { return blockRows > 1; }
  bool together() const { return inBlocks() || units; }  // weights do not go one by one
  bool operator==(const SparsityPattern&) const = default;
};

// "unstructured", "N:M", 1 <= N < M, "Rx1", R >= 2, or "units"; Error otherwise.
SparsityPattern patternNamed(const std::string& name);
std::string nameOf(const SparsityPattern& pattern);

// What the code released with the ECoFLaP paper does otherwise than we do. All false: ours.
struct OfficialBehaviour {
  // Unstructured by row: int(columns * s) weights of each row, truncated in double precision. Over the whole
  // matrix (and in SparseGPT's column blocks): all weights up to and including the one of rank int(count *
  // s), so one more than asked and all that tie with it. N:M: the N smallest of M are pruned, and a last
  // group shorter than M loses N as well.
  bool counts = false;
  // SparseGPT: the Hessian is damped only after its Cholesky factorisation failed, as is its inverse.
  bool lateDamping = false;
  // Every layer of a stack is calibrated with the arguments of the stack's first: what that layer adds for
  // the others (T5's relative position bias) is lost.
  bool firstLayerArguments = false;
  // Padding counts as if it were tokens.
  bool padding = false;

  static OfficialBehaviour all() { return {true, true, true, true}; }
};

// How the matrices of a model are pruned.
struct PruneModelOptions {
  std::string criterion = "wanda";  // a name of criteria()
  std::string refinement = {};      // afterwards: "", or names of refinements(), in order: "swaps,refit"
  SparsityPattern pattern = {};
  // By the names of blocks: what pattern.units takes together.
  std::shared_ptr<const std::map<std::string, std::vector<BlockUnits>>> units = {};
  Comparison comparison = Comparison::Auto;
  CalibrationInputs inputs = CalibrationInputs::Pruned;
  FitTarget fit = FitTarget::Pruned;
  double pictureShare = 0;          // StatisticsNeeds::pictureShare
  OfficialBehaviour official = {};  // firstLayerArguments: of pruned inputs only
};

}  // namespace espalier
