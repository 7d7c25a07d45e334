#pragma once

#include <ATen/ATen.h>

#include <atomic>
#include <string>

#include "core/model/model.h"

namespace espalier {

// A block of one small matrix for tests of who runs which block when. The steps are not commutative, so a
// state tells which of them made it. Counts its runs.
class StepBlock : public Block {
 public:
  StepBlock(const std::string& name, std::atomic<int>& runs)
      : Block({name, Component::Language, true, {{name + ".w", 3, 3}}}), m_runs(runs) {}
  void run(State& s, const Pass& pass) const override {
    ++m_runs;
    const auto x = s.hidden.defined() ? s.hidden : s.inputs->at("pixel_values");
    s.hidden = at::matmul(x, pass.weight(name() + ".w")).relu() + 1;
  }

 private:
  std::atomic<int>& m_runs;
};

}  // namespace espalier
