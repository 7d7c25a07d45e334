#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/model/block.h"
#include "core/prune/criterion.h"
#include "core/prune/input_statistics.h"
#include "core/prune/mask_ranks.h"
#include "core/prune/select.h"

namespace espalier {

class Refinement;

// What became of one matrix.
struct MatrixPruning {
  std::string matrix;
  int64_t parameters = 0;
  double asked = 0;     // the sparsity wanted, 0 ... 1; an N:M pattern has its own
  double achieved = 0;  // zeros / weights
  double damping = 0;   // SparseGPT: share of the Hessian's mean diagonal added to it
  std::string note;     // for people: "needed more damping ..."; mostly empty
};

// A matrix to be pruned and how sparse it is to be.
struct MatrixJob {
  PrunableMatrix matrix;
  double sparsity = 0;
};

using SeenInputs = std::shared_ptr<const InputStatistics>;

// What the criterion makes of inputs alone, which every matrix and every sparsity can use.
using PreparedInputs = std::map<SeenInputs, std::shared_ptr<const Criterion::Prepared>>;

// Prunes the matrices of one block, once it is known what goes into them.
class BlockPruning {
 public:
  // Throws Error (InvalidInput): an unknown criterion or refinement, one that cannot follow another, a fit to
  // the dense model's outputs by what fits nothing, or official first-layer arguments with inputs of the
  // dense model.
  explicit BlockPruning(PruneModelOptions options);

  const PruneModelOptions& options() const { return m_options; }
  // What is to be gathered of the inputs; nothing for criteria that need no data.
  StatisticsNeeds needs() const;
  // The name of the criterion or refinement that needs calibration data, for messages.
  const std::string& methodThatNeedsData() const;

  // Those of the block's matrices that are to be pruned: with an N:M pattern a sparsity of 0 leaves one as it
  // is. Throws Error: a sparsity outside 0 ... 1, columns that the pattern does not divide, matrices that the
  // pattern units cannot prune together.
  std::vector<MatrixJob> jobsOf(const Block& block,
                                const std::unordered_map<std::string, double>& sparsities) const;

  // inputs: one for each job, matrices with the same inputs sharing one; empty without needs(). The pruned
  // matrices are set in the weights, whose own are not changed. Of processes that share the work each prunes
  // the matrices whose inputs it has and tells the others. prepared: of inputs seen before; gets those
  // that are new. Null: none are kept. quickly: with what of the refinements can be waited for.
  std::vector<MatrixPruning> prune(const Block& block, const std::vector<MatrixJob>& jobs,
                                   const std::vector<SeenInputs>& inputs, Weights& weights,
                                   const JobControl& control, PreparedInputs* prepared = nullptr,
                                   bool quickly = false) const;

  // Whether quickly or not is the same.
  bool isQuick() const;

  // Whether what goes of a matrix depends on the others of its block: prune() takes all of them then.
  bool takesWholeBlocks() const { return m_options.pattern.units; }

  // Whether a matrix's weights go in one fixed order, so that its ranks give what prune() does for every
  // sparsity.
  bool ranks() const;
  MaskRanks ranksOf(const Block& block, const at::Tensor& weight, const InputStatistics& inputs) const;

  // What a person should know of a matrix with these inputs, one sentence; mostly empty: an expert that no
  // calibration token reaches is pruned by magnitude.
  std::string noteOn(const InputStatistics& inputs) const;

 private:
  // Adds what the criterion makes of each of these inputs.
  void prepareAll(const std::vector<SeenInputs>& inputs, PreparedInputs& prepared,
                  const JobControl& control) const;
  // mask: what goes, where that is decided already.
  MatrixPruning pruneMatrix(const Block& block, const MatrixJob& job, const SeenInputs& inputs,
                            const PreparedInputs& prepared, Weights& weights, const at::Tensor& mask,
                            bool quickly) const;
  // With pattern.units: the block's units and how many of each go.
  const std::vector<BlockUnits>& unitsIn(const Block& block) const;
  std::vector<int64_t> goneUnits(const Block& block, const std::vector<MatrixJob>& jobs) const;
  // The masks of pattern.units, for each job.
  std::vector<at::Tensor> unitMasks(const Block& block, const std::vector<MatrixJob>& jobs,
                                    const std::vector<SeenInputs>& inputs, const std::vector<int>& owners,
                                    const Weights& weights, const JobControl& control) const;
  bool fits() const;  // whether criterion or refinement gives weights other values to fit a target
  Selection selectionFor(const Criterion& criterion, const Block& block, double sparsity) const;
  bool isReached(const InputStatistics& inputs) const { return !needs().any() || inputs.positions > 0; }

  PruneModelOptions m_options;
  const Criterion& m_criterion;
  std::vector<const Refinement*> m_refinements;
};

}  // namespace espalier
