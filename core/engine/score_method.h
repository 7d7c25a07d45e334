#pragma once

#include <memory>
#include <vector>

#include "core/base/registry.h"
#include "core/engine/open_model.h"
#include "core/engine/score_keeper.h"

namespace espalier {

// What a scoring method works with: the batches it asked for and who takes its scores.
struct ScoreWork {
  const OpenModel& model;
  const std::vector<std::shared_ptr<const Batch>>& batches;
  const ScoreOptions& options;
  const JobControl& control;
  ScoreKeeper& keeper;
  Scores& scores;
  const DrawScored& onDraw;
};

// A way to score matrices: all there is to say about it. Adding one is an entry in score_methods.cpp.
struct ScoreMethod {
  enum class Needs {
    Nothing,     // but the weights
    Statistics,  // what goes into each matrix, which the keeper then has (core/prune/local_statistics.h)
    Loss,        // batches with labels
  };

  Method description;  // for people
  Needs needs = Needs::Nothing;
  bool draws = false;  // draws noise, of which more makes the scores steadier
  void (*score)(ScoreWork& work) = nullptr;
  bool steps = false;     // takes differences of so far (ScoreOptions::eps)
  bool atTarget = false;  // measures at the sparsity of ScoreOptions::stableTarget

  const Method& method() const { return description; }
  const std::string& name() const { return description.name; }
};

// In the order they are offered.
Registry<ScoreMethod>& scoreMethodRegistry();

// score_model.cpp
void scoreByForwardMode(ScoreWork& work);
void scoreByZerothOrder(ScoreWork& work);
void scoreByGradient(ScoreWork& work, bool norm);
void scoreByStatistics(ScoreWork& work);
void scoreByMagnitude(ScoreWork& work);
// score_by_loss.cpp
void scoreByPrunedLoss(ScoreWork& work);

}  // namespace espalier
