#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/sweep/traversal.h"

namespace espalier {

// The states of a fixed list of batches before each block, under the weights of the last run: the one place
// where states are kept from run to run. A run with other weights goes on from the first block that differs.
// Either begin() finds that block by comparing the weights, or the caller knows it and says forgetBehind().
// All runs must be of the same model structure and checkpoint.
class PrefixStates {
 public:
  // Keeps at most about memoryBytes of states. If all of them take more, or if the pictures of the batches do
  // not fit, before() keeps only the inputs and allBefore() the inputs and what it gave last.
  explicit PrefixStates(int64_t memoryBytes);

  // Whether these are the batches it was made for so far.
  bool has() const { return !m_batches.empty(); }
  const std::vector<std::shared_ptr<const Batch>>& batches() const { return m_batches; }
  void setBatches(std::vector<std::shared_ptr<const Batch>> batches);

  // To be called before a run with weights that may be others; not while one is under way. Weights, biases
  // and norms among them, are compared by their tensors, not by their numbers: a new tensor with equal
  // numbers counts as different.
  void begin(const Model& model, const Weights& weights);
  // For a caller that knows the first block whose weights are others than in the last run. Also not while a
  // run is under way.
  void forgetBehind(size_t block);

  // The state of a batch before a block (blocks().size(): after the last). For different batches at once,
  // after begin().
  // known: one before an earlier block, which this call goes on from where none is kept.
  struct Known {
    size_t block = 0;
    State state;
  };
  State before(const Model& model, const Pass& pass, size_t batch, size_t block,
               const Known* known = nullptr);
  // The same of all batches, which go together from block to block. Valid until the next call of a member
  // that is not const.
  const States& allBefore(const Model& model, const Weights& weights, size_t block,
                          const JobControl& control);

  // Whether the states of all batches before a block are kept.
  bool keeps(size_t block) const;
  // Whether allBefore() could keep all it has made.
  bool fits() const { return m_fits; }

  // Whether a run with these batches has begun.
  bool ran() const { return !m_matrices.empty(); }
  // The first block that ran again, of the run begun last.
  size_t reused() const { return m_first; }

 private:
  bool keeps(size_t block, size_t batch) const;

  int64_t m_memoryBytes;
  std::vector<std::shared_ptr<const Batch>> m_batches;
  std::vector<States> m_before;  // [block][batch]; without inputs: not kept
  std::vector<std::vector<at::Tensor>>
      m_matrices;                              // [block][matrix] of the last run; undefined: the checkpoint's
  std::map<std::string, at::Tensor> m_others;  // of the last run: set weights that are no prunable matrices
  size_t m_first = 0;
  bool m_fits = true;
};

}  // namespace espalier
