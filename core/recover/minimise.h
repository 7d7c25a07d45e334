#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/recover/parameters.h"
#include "core/recover/recovery.h"

namespace espalier {

// A loss to be made small over tensors of a model.
struct Minimisation {
  std::string method;
  std::string block;  // empty: the whole model
  TrainedTensors tensors;
  // The weights to run with, of what is trained as it is now; called from several threads.
  std::function<Weights(const std::map<std::string, at::Tensor>&)> weightsWith;
  // The loss of one batch, a scalar, in such units that the mean over all batches is the loss. It records
  // gradients where they are asked for. Batches 0 ... count - 1 are trained on, those from count on are held
  // out.
  std::function<at::Tensor(const Weights&, int64_t batch)> loss;
  int64_t count = 0, heldOut = 0;
  int64_t steps = 0, batchesInStep = 1;
  double rate = 1e-2;       // of a tensor of scale 1, falling to 0 by half a cosine
  double gradientClip = 0;  // largest global norm; 0: any
  uint64_t seed = 0;
};

// What was reached. `best` are the values with the least loss on what is held out (on what is trained on
// where nothing is), of those looked at: at the start, six times on the way, at the end.
struct Minimum {
  std::map<std::string, at::Tensor> best;
  RecoveryReport report;
  bool enough = false;  // it ended because it was asked to
};

// Adam, with the rate of each tensor scaled to the size of its numbers. Which batches a step takes comes from
// the counter-based generator; gradients are added in their order, so that the result does not depend on the
// number of workers. A loss that is no number, that grows to one and a half
// times what it began with, or in a single step to 20 times, is too fast: the best so far is gone on from at
// a quarter of the rate. When that has been done three times it ends; the best is kept and the report says
// so. store: where the way so far is kept every half a minute under `checkpoint`, and gone on with from; null
// or an empty name: nowhere. Throws Cancelled.
Minimum minimise(const Minimisation& task, const Recovery& recovery, ProgressMeter& meter,
                 const std::string& checkpoint = {});

// The mean loss over what is held out, or over what is trained on where nothing is.
double lossNow(const Minimisation& task, const Weights& weights, const JobControl& control);

}  // namespace espalier
