#include "core/score/loss_slope.h"

#include <ATen/core/grad_mode.h>

#include "core/score/state_streams.h"
#include "core/tangent/tangents.h"

namespace espalier {

LossSlope LossSlope::of(const Block& last, const Weights& weights, const State& before) {
  c10::AutoGradMode record(true);
  std::map<std::string, at::Tensor> leaves;
  State state = before;
  for (const auto& [name, t] : streamsOf(before)) {
    leaves[name] = t.detach().set_requires_grad(true);
    setStream(state, name, leaves[name]);
  }
  last.run(state, Pass{weights});
  if (const auto loss = lossOfForks(state)[0]; loss.requires_grad()) loss.backward();
  LossSlope out;
  for (const auto& [name, leaf] : leaves)
    if (leaf.grad().defined()) out.m_slopes[name] = leaf.grad();
  return out;
}

at::Tensor LossSlope::along(const State& state) const {
  at::Tensor sum;
  for (const auto& [name, t] : streamsOf(state)) {
    const auto slope = m_slopes.find(name);
    if (!hasTangents(t) || slope == m_slopes.end()) continue;
    const auto tangents = tangentsOf(t);
    const auto products = tangents.reshape({tangentCount(t), -1}) * slope->second.reshape({1, -1});
    const auto along = products.sum(1, false, at::kDouble);
    sum = sum.defined() ? sum + along : along;
  }
  return sum;
}

}  // namespace espalier
