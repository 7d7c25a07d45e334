#pragma once

#include "core/allocate/planner.h"
#include "core/engine/open_model.h"

namespace espalier::test {

// Scores of all matrices that are pruned by default: 1 + step, 1 + 2 step ..., in the order of the blocks.
inline Scores risingScores(const OpenModel& model, double step) {
  Scores scores;
  scores.method = "test";
  double score = 1;
  for (const auto& b : infoOf(model).blocks)
    if (b.prunedByDefault)
      for (const auto& m : b.matrices)
        scores.matrices.push_back(
            {m.name, b.name, nameOf(b.component), m.parameters(), score += step, 0, {}});
  return scores;
}

// A plan whose groups differ.
inline Plan planOf(const OpenModel& model, double target) {
  PlanRequest request;
  request.target = target;
  return makePlan(risingScores(model, 0.1), request);
}

// The same sparsity for all.
inline Plan uniformPlan(const OpenModel& model, double target) {
  PlanRequest request;
  request.target = target;
  request.cap = 0.9;
  request.allocator = "uniform";
  return makePlan(risingScores(model, 0), request);
}

}  // namespace espalier::test
