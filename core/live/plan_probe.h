#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "core/engine/engine.h"
#include "core/live/loss_prediction.h"
#include "core/live/matrix_view.h"

namespace espalier {

struct ProbeOptions {
  int64_t calibrationSamples = 64;  // to rank the weights by
  int64_t lossSamples = 64;         // others, held out, to measure the loss on
  std::vector<double> sparsities{0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9};
};

// A model whose weights have been ranked once, by the inputs of the unpruned model, so that the loss of any
// plan is one masked forward pass from the first block that changed: what sensitivities and the search for a
// better plan are made with. The ranking is the criterion's, or Wanda's where the criterion changes weights.
// It differs from pruneModel, which calibrates each block on pruned inputs, so losses here say which plan is
// better, not what its loss will be. Not for use from two threads at once.
class PlanProbe {
 public:
  // Calibrates. The two kinds of samples are disjoint halves where the dataset has too few for both. Throws
  // Error where there are fewer than two samples or the model gives no loss.
  PlanProbe(ModelPtr dense, const Dataset& calibration, const PruneOptions& options,
            const ProbeOptions& probe, const JobControl& control);
  ~PlanProbe();

  const ErrorCurves& errors() const;
  const std::map<std::string, ScoreSpread>& spreads() const;  // by matrix

  // Mean loss over the held-out samples with each matrix named pruned to its sparsity, the others dense.
  double loss(const std::unordered_map<std::string, double>& sparsities, const JobControl& control);
  double denseLoss(const JobControl& control) { return loss({}, control); }

  // What each group's own sparsity adds to the loss. onGroup is told each as it is done, from the calling
  // thread.
  Sensitivities sensitivities(const std::vector<PlanGroup>& groups, const JobControl& control,
                              const std::function<void(const std::string&, const Curve&)>& onGroup = {});

  // Moves budget between groups while the held-out loss falls: from the group whose sensitivity says it loses
  // least to the one that gains most, in steps that are halved when none helps. Pinned groups, the total and
  // the cap hold. onStep is told the plan and its loss after each step that helped. Returns the best plan
  // found so far also when stopped, by Cancelled being caught here.
  struct Improved {
    Plan plan;
    double before = 0, after = 0;  // losses
    int tried = 0, accepted = 0;
    bool stopped = false;
  };
  struct Step {
    Plan plan;
    double loss = 0;
    std::string from, to;  // which group lost weights so that which could keep more
    double weights = 0;    // how many
  };
  Improved improve(const Plan& start, const Sensitivities& sensitivities, const JobControl& control,
                   const std::function<void(const Step&)>& onStep = {}, int mostTries = 200);

 private:
  struct Parts;
  std::unique_ptr<Parts> m_parts;
};

}  // namespace espalier
