#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/model/block.h"
#include "core/model/weights.h"
#include "core/score/gradient_sums.h"

namespace espalier {

// Told the gradient of a batch's mean loss by a matrix, [rows, columns], when it is made.
using GradientMade = std::function<void(const std::string& matrix, const at::Tensor& gradient)>;

// Watches the parts of a block that run with gradients recorded, for one batch. The gradient of each matrix
// is made out of the gradient of its layer's output, dW = dy^T x, as soon as that flows by, and only its sums
// are kept. (With the weights themselves as leaves all gradients of the block would be in memory at once.)
// Products that no gradient depends on (Block::endsPart), and those that an earlier pass made, are not made
// again.
class GradientTaker : public LinearHook {
 public:
  GradientTaker(const Block& block, const Weights& weights, const GradientMade& onGradient = {});

  at::Tensor known(const std::string& name, const at::Tensor& input) override;
  void onLinear(const std::string& name, const at::Tensor& input, at::Tensor& output) override;

  // The products of the part that runs next, as an earlier pass made them, in the order of its layers; empty:
  // all are made.
  void setMade(std::vector<at::Tensor> products);

  // When all parts have run back: of each of the block's matrices; zero where it has no way to the loss.
  std::vector<GradientSums> finish();

 private:
  struct Taken {
    size_t place = 0;
    int calls = 0;
    at::Tensor sum;  // of the calls so far, where there are several
  };

  void reduce(Taken& taken, const std::string& name, const at::Tensor& gradient);

  const Block& m_block;
  const Weights& m_weights;
  const GradientMade m_onGradient;
  std::map<std::string, Taken> m_taken;
  std::vector<GradientSums> m_sums;
  std::vector<at::Tensor> m_made;
  size_t m_next = 0;  // of m_made
};

}  // namespace espalier
