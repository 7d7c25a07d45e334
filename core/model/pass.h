#pragma once

#include <ATen/ATen.h>

#include <map>
#include <stop_token>
#include <string>

#include "core/model/weights.h"

namespace espalier {

// Sees every product of a linear layer while a block runs: calibration looks at the input, a perturbation
// changes the output. May give the output more rows than the input (forks).
class LinearHook {
 public:
  virtual ~LinearHook() = default;
  // A layer's output that need not be computed, because it is known for this input; undefined: it is not.
  virtual at::Tensor known(const std::string& weightName, const at::Tensor& input);
  // Told before products of some of a stream's positions alone, such as an expert's, which they are: int64
  // indexes among rows * length; and again, undefined, behind them.
  virtual void onPositions(const at::Tensor&) {}
  // Told each output, computed or known.
  virtual void onLinear(const std::string& weightName, const at::Tensor& input, at::Tensor& output) = 0;
};

// One execution of a block: where its weights come from, who watches its linear layers, where named values
// that a caller wants to see are put, and what stops a pass of several blocks.
struct Pass {
  const Weights& weights;
  LinearHook* hook = nullptr;
  std::map<std::string, at::Tensor>* recorded = nullptr;
  std::stop_token stop = {};

  at::Tensor weight(const std::string& name) const { return weights.get(name); }
  // x W^T (+ bias where the model has prefix.bias); x is [..., columns], the weight is prefix.weight.
  at::Tensor linear(const std::string& prefix, const at::Tensor& x) const;
  // The same with a bias that is put together elsewhere; undefined: none.
  at::Tensor linear(const std::string& prefix, const at::Tensor& x, const at::Tensor& bias) const;
  // Weight and bias are those the model has.
  at::Tensor layerNorm(const std::string& prefix, const at::Tensor& x, double epsilon) const;
  at::Tensor rmsNorm(const std::string& prefix, const at::Tensor& x, double epsilon) const;

  // Keeps a value under the name the reference implementation gives it; nothing without a name.
  void record(const std::string& name, const at::Tensor& value) const {
    if (recorded && !name.empty()) (*recorded)[name] = value;
  }

 private:
  at::Tensor weightOrNone(const std::string& name) const;
};

}  // namespace espalier
