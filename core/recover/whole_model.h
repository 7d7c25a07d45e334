#pragma once

#include <functional>

#include "core/recover/minimise.h"

namespace espalier {

// What a method that trains all pruned blocks together says of a batch: its loss, summed over what counts.
// batch: as in Minimisation::loss.
class WholeLoss {
 public:
  virtual ~WholeLoss() = default;
  // How much of a batch counts: predicted tokens, pictures, pairs.
  virtual double countOf(int64_t batch) const = 0;
  // How many numbers one of these says of the dense model or the data.
  virtual double numbersEach() const { return 1; }
  // From a pass that it makes itself.
  virtual at::Tensor sumOfPass(const Model& model, const Pass& pass, std::shared_ptr<const Batch> inputs,
                               int64_t batch) const = 0;
};

// One that goes by the state at the end of a pass alone.
class EndLoss : public WholeLoss {
 public:
  virtual at::Tensor sum(const State& after, int64_t batch) const = 0;
  at::Tensor sumOfPass(const Model& model, const Pass& pass, std::shared_ptr<const Batch> inputs,
                       int64_t batch) const override;
};

struct WholeTraining {
  std::string method, stage, measure;
  int64_t steps = 0;
  double rate = 0;
  std::function<TrainedTensors()> tensors;
  std::function<std::unique_ptr<WholeLoss>()> loss;
  // Where what is trained is no tensors of the model: the model's tensors made of it, with gradients where
  // these are recorded. Empty: it is.
  std::function<std::map<std::string, at::Tensor>(const std::map<std::string, at::Tensor>&)> tensorsOf = {};
};

// The tensors of all blocks in which the two models differ.
TrainedTensors trainedTensorsOfAll(const Recovery& recovery);

// Minimises the loss over the batches and sets the best tensors, rounded as they are stored; takes what an
// earlier run kept. Throws Error (InvalidInput) where the model with its gradients and moments does not fit
// into --memory.
void recoverWhole(const WholeTraining& training, Recovery& recovery);

}  // namespace espalier
