#pragma once

#include <ATen/ATen.h>

#include <map>
#include <string>

#include "core/model/block.h"
#include "core/model/weights.h"

namespace espalier {

// How a batch's mean loss changes with the streams that enter the model's last block, for one clean state.
// The derivative of the loss along any change of these streams is their product: the head, often the largest
// matrix of all, has one product here and none for each tangent.
class LossSlope {
 public:
  // By gradients through the block, from the clean state before it. Throws Error where the block gives no
  // loss.
  static LossSlope of(const Block& last, const Weights& weights, const State& before);

  // The derivative along each tangent of the streams of a state before the same block, float64 [T]; undefined
  // where none carries any.
  at::Tensor along(const State& state) const;

 private:
  std::map<std::string, at::Tensor> m_slopes;  // by stream, of its shape
};

}  // namespace espalier
