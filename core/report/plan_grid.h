#pragma once

#include <string>
#include <vector>

#include "core/engine/engine.h"

namespace espalier {

// What pruned models answer over a grid of plans: a plan for each target, and each of those with the
// components moved up or down by one step.
struct GridOptions {
  std::vector<double> targets{0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};  // each in 0 ... 1
  double step = 0.15;      // of sparsity, by which all groups of a component move; 0 ... 0.5
  size_t components = 3;   // that move, the largest ones first; each takes three times as many plans
  size_t mostPairs = 500;  // of the test data, the first ones
};

struct GridPlan {
  double target = 0;
  std::vector<int> shifts;         // of the components that move: -1, 0 or 1 steps
  std::vector<double> sparsities;  // of the groups
  double achieved = 0;             // of all of them
  std::vector<PairResult> pairs;   // in the order of PlanGrid::pairs
  double loss = 0;                 // mean
  int64_t right = 0;
};

struct PlanGrid {
  std::vector<PlanGroup> groups;        // with names, components, sizes and scores
  std::vector<std::string> components;  // that move, in model order
  double step = 0;
  Dataset pairs;                // as they were asked
  Evaluation dense;             // what the unpruned model answers
  bool judged = true;           // an answer is right or wrong; otherwise the loss alone counts
  std::vector<GridPlan> plans;  // targets one after the other, the last component's shift changing first
};

// Prunes to every plan of the grid and asks each model the pairs. A group never leaves 0 ... 1. Throws Error
// (InvalidInput) for options outside their ranges and where a target is impossible.
PlanGrid measureGrid(const ModelPtr& model, const Scores& scores, const Dataset& calibration,
                     const Dataset& pairs, const PruneOptions& prune, const GridOptions& options,
                     const JobControl& control);

}  // namespace espalier
