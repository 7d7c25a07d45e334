#pragma once

#include "ui/session/plan_state.h"

namespace espalier::test {

// Scores of two components of `blocks` blocks with two matrices each; a block's importance grows along the
// model.
inline Scores sampleScores(int blocks = 6) {
  Scores scores;
  scores.method = "zeroth-order";
  for (const char* component : {"vision", "language decoder"})
    for (int b = 0; b < blocks; ++b)
      for (const char* matrix : {"q", "fc"}) {
        const std::string block = std::string(component) + ".layers." + std::to_string(b);
        MatrixScore s;
        s.matrix = block + "." + matrix + ".weight";
        s.block = block;
        s.component = component;
        s.parameters = 10000 + 1000 * b;
        s.score = 1 + b;
        s.standardError = 0.25;
        scores.matrices.push_back(std::move(s));
      }
  return scores;
}

// A scored plan at 50 %, as the window has it after scoring.
inline PlanState sampleState(int blocks = 6) {
  return rescored(unscored(sampleScores(blocks).matrices, 0.5),
                  std::make_shared<Scores>(sampleScores(blocks)));
}

inline std::vector<double> sparsitiesOf(const Plan& plan) {
  std::vector<double> out;
  for (const auto& group : plan.groups) out.push_back(group.sparsity);
  return out;
}

// How far a plan is from its target, in weights.
inline double weightsOff(const Plan& plan) {
  return std::abs(plan.achievedSparsity() - plan.target) * double(plan.parameters());
}

}  // namespace espalier::test
