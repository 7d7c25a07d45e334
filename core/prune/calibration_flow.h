#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/processes.h"
#include "core/base/progress.h"
#include "core/model/block.h"
#include "core/prune/input_statistics.h"
#include "core/sweep/traversal.h"

namespace espalier {

// The dense model beside one that is being pruned, for needs.drift: its weights, and the states of all
// batches before the block, which gathering takes to behind it.
struct DensePass {
  const Weights& weights;
  States& states;
};

// Runs the block on the states of all batches, spread over the workers (and over the processes of the
// control, each of which has the states of its own), and returns the inputs of the matrices named. after:
// where the states behind the block go, which may be those given; null: nowhere. Stops between batches.
std::vector<std::shared_ptr<const InputStatistics>> gatherInputs(const Block& block, const Weights& weights,
                                                                 const std::vector<std::string>& matrices,
                                                                 StatisticsNeeds needs, const States& states,
                                                                 const JobControl& control,
                                                                 States* after = nullptr,
                                                                 const DensePass* dense = nullptr);

// The states of all calibration batches (of those of this process, where several share them), as they go from
// block to block through a model that is being pruned. Batches are spread over the workers.
class CalibrationFlow {
 public:
  // here: whose states this process has; empty: of those that it owns among several. States lie on the device
  // of the weights, which must outlive this as those of the dense model. firstLayerArguments:
  // OfficialBehaviour's, without drift. drift: the dense model goes along. The control must outlive this; a
  // stop is obeyed between batches.
  CalibrationFlow(const std::vector<std::shared_ptr<const Batch>>& batches, const Weights& weights,
                  bool firstLayerArguments, const JobControl& control, bool drift = false,
                  const std::function<bool(int64_t batch)>& here = {});

  // Takes the states from the process that has them all to another.
  void move(Processes& processes, int from, int to);

  // Runs the block aside, the states staying where they are, and returns the inputs of the matrices named.
  std::vector<std::shared_ptr<const InputStatistics>> gather(const Block& block, const Weights& weights,
                                                             const std::vector<std::string>& matrices,
                                                             StatisticsNeeds needs);

  // Takes the states to after the block.
  void run(const Block& block, const Weights& weights);

  // Both in one pass, for weights that are not pruned before the states go on. Not with firstLayerArguments.
  std::vector<std::shared_ptr<const InputStatistics>> gatherAndRun(const Block& block, const Weights& weights,
                                                                   const std::vector<std::string>& matrices,
                                                                   StatisticsNeeds needs);

 private:
  States m_states;
  // With firstLayerArguments, what the released code calls the layers with; empty otherwise. It follows
  // m_states up to a stack of layers; in the stack the layers' hidden states are passed on and nothing else.
  States m_layerCalls;
  std::vector<std::shared_ptr<const Batch>> m_batches;
  const Weights& m_dense;
  States m_denseStates;        // with drift
  bool m_denseAhead = false;   // they are behind the block that m_states stand before
  const JobControl m_control;  // its own: callers pass what lives as long as the call
};

}  // namespace espalier
