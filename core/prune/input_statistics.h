#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/processes.h"
#include "core/model/component.h"
#include "core/model/pass.h"
#include "core/model/state.h"
#include "core/prune/real_positions.h"

namespace espalier {

// What a criterion wants to know of the inputs of a linear layer.
struct StatisticsNeeds {
  bool features = false;  // the per-feature numbers
  bool hessian = false;   // the product of all features with all
  bool drift = false;     // of the dense model's features with all; of criteria: used where it is there
  bool padding = false;   // whether padding counts, as in the released code
  // Above 0: of the tokens of pictures in a language model only those that a block changes the most count,
  // see positionsOfChange.
  double pictureShare = 0;

  bool any() const { return features || hessian; }
  StatisticsNeeds operator|(const StatisticsNeeds& o) const {
    return {features || o.features, hessian || o.hessian, drift || o.drift, padding || o.padding,
            std::max(pictureShare, o.pictureShare)};
  }
};

// The inputs of a linear layer over all calibration samples. A sample is a row of a batch (a 2-D input counts
// as one), or a picture where several stand in a row (samplesInRow); all its positions count but for padding,
// which counts as in the released code if StatisticsNeeds::padding says so. Of an expert all samples count,
// but only the positions that were routed to it. In the host's memory, wherever the inputs lay.
struct InputStatistics {
  int64_t samples = 0;
  int64_t positions = 0;   // of all samples together
  at::Tensor squaredNorm;  // float32 [columns]: ||X_j||^2 over all positions / samples; Wanda's "scaler_row"
  at::Tensor mean;         // float32 [columns]: over all positions
  at::Tensor variance;     // float32 [columns]: over all positions
  at::Tensor hessian;      // float32 [columns, columns]: 2 / samples * sum x x^T; undefined unless asked for
  at::Tensor drifted;      // the same of x_dense x^T, x_dense the inputs in the dense model; unless asked for
  int owner = 0;  // among processes that share the work: the one that has the last two, and prunes by them
};

// What goes into the matrices in the dense model, while one batch runs through the same block of it.
class DenseInputs : public LinearHook {
 public:
  void onLinear(const std::string& weightName, const at::Tensor& input, at::Tensor& output) override;
  // Of the nth time that a block used the matrix; undefined: there was none.
  at::Tensor find(const std::string& weightName, size_t call) const;

 private:
  std::map<std::string, std::vector<at::Tensor>> m_inputs;
};

// Watches the linear layers of one block while one batch runs, on one thread. Matrices that are given the
// same tensor (query, key and value) share its sums. What the block puts out may be wrong, see recorder().
class InputRecorder : public LinearHook {
 public:
  // before: the state that the block runs on, which knows what is padding and how many samples stand in a
  // row; null: none is, one. dense: for needs.drift, must outlive this. after: for needs.pictureShare, the
  // state behind the block.
  InputRecorder(const std::vector<std::string>& matrices, StatisticsNeeds needs, const State* before,
                const DenseInputs* dense, const State* after);
  at::Tensor known(const std::string& weightName, const at::Tensor& input) override;
  void onPositions(const at::Tensor& positions) override { m_positions = positions; }
  void onLinear(const std::string& weightName, const at::Tensor& input, at::Tensor& output) override;

  // Lets go of the activations themselves, of which all that is wanted is known.
  void dropInputs();

  // What it saw except the products, as bytes for another process; and such bytes read back.
  std::string pack() const;
  InputRecorder(const std::vector<std::string>& matrices, std::string_view packed);

 private:
  friend class StatisticsGatherer;
  struct Sums {
    int64_t samples = 0;
    int64_t positions = 0;
    std::vector<double> sum, squares;
    at::Tensor products;  // sum x x^T
    at::Tensor drifted;   // sum x_dense x^T
    int owner = 0;        // of the total over all batches: the process that has its products
  };
  struct Input {
    at::Tensor tensor;  // held so that no other tensor is taken for it
    Sums sums;
  };

  // A block's last product, when nothing is watched behind it: its name and how many outputs it has.
  struct LastProduct {
    std::string weight;
    int64_t outputs = 0;
  };

  StatisticsNeeds m_needs;
  int64_t m_samplesInRow = 1;
  int64_t m_samples = 1;  // of the batch
  RealPositions m_real;
  at::Tensor m_positions;  // of the inputs that come, where they are not all
  const DenseInputs* m_dense = nullptr;
  LastProduct m_needless;  // is not computed; no name: everything is
  LastProduct m_last;      // of those seen so far; no outputs where it has been seen before
  std::map<std::string, size_t> m_wanted;
  std::vector<Input> m_inputs;
  std::vector<std::vector<size_t>> m_inputsOf;  // for each matrix, of its calls
};

// The matrices of a block's experts (PrunableMatrix::routed) and how many columns they have.
std::map<std::string, int64_t> routedMatrices(const BlockDescription& block);

// Adds up what the recorders of all batches saw, in the order of the batches whatever the order they come in:
// the sums are the same bits for any number of workers.
class StatisticsGatherer {
 public:
  // outputsWanted: whether what the watched block puts out is used, too. routed: those of the block's
  // matrices that see only what is routed to them (routedMatrices).
  StatisticsGatherer(std::vector<std::string> matrices, StatisticsNeeds needs, bool outputsWanted = false,
                     std::map<std::string, int64_t> routed = {});

  // A recorder for one batch. Batches are numbered from 0 without gaps; safe to call from several threads.
  // Unless its outputs are wanted, what the first batches showed to be of no use is not computed for the
  // others: a block's last product, whose input is all that is wanted of it.
  // before, dense and after as InputRecorder has them.
  InputRecorder recorder(const State* before = nullptr, const DenseInputs* dense = nullptr,
                         const State* after = nullptr) const;
  void add(int64_t batch, InputRecorder&& recorder);

  // Among processes: what this one saw of the next batches, in their order, the same number of batches at all
  // of them together (all: how many). Sums go to all; the products of an input go, batch by batch, to the
  // process that prunes the matrices it belongs to. costs: of pruning each matrix once its inputs are known.
  void addAmong(Processes& processes, int64_t all, std::map<int64_t, InputRecorder> own,
                const std::vector<double>& costs);

  // One for each matrix, in the order given; matrices with the same inputs share one. An expert that no token
  // was routed to has no positions, and zeros. Throws Error naming the matrix where inputs hold NaN or
  // infinite values, or where a batch did not use one that is not routed.
  std::vector<std::shared_ptr<const InputStatistics>> finish();

 private:
  // The batch's products are at one process of those given.
  struct Among {
    Processes& processes;
    int holder;
    const std::vector<double>& costs;
  };
  void merge(const InputRecorder& recorder, const Among* among = nullptr);
  void assignOwners(size_t first, const Among& among);
  void noteNeedless(const InputRecorder& recorder);
  std::shared_ptr<const InputStatistics> notReached(int64_t columns) const;

  std::vector<std::string> m_matrices;
  StatisticsNeeds m_needs;
  bool m_outputsWanted;
  std::map<std::string, int64_t> m_routed;
  mutable std::mutex m_mutex;
  InputRecorder::LastProduct m_needless;
  std::map<int64_t, InputRecorder> m_waiting;  // done before a batch with a lower number
  int64_t m_next = 0;
  int64_t m_samples = 0;                         // of the batches so far
  std::vector<std::optional<size_t>> m_totalOf;  // for each matrix that was used
  std::vector<int64_t> m_used;                   // in how many batches, for each matrix
  std::vector<InputRecorder::Sums> m_totals;
  std::vector<double> m_load;  // of each process, by the totals it owns
};

}  // namespace espalier
