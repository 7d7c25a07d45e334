#pragma once

#include <ATen/ATen.h>

#include <map>
#include <string>

namespace espalier {

// Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019, algorithm 2). One pass over memory for
// each parameter; the moments are plain tensors, so that a checkpoint of them is a file like any other.
class AdamW {
 public:
  struct Options {
    double beta1 = 0.9, beta2 = 0.98, epsilon = 1e-8;
  };
  explicit AdamW(Options options) : m_options(options) {}

  // One update in place. parameter, gradient: float32, contiguous, of equal shape. step counts from 1.
  void update(const std::string& name, at::Tensor& parameter, const at::Tensor& gradient, double learningRate,
              double weightDecay, int64_t step);

  // Moments by "m/<name>" and "v/<name>".
  std::map<std::string, at::Tensor>& moments() { return m_moments; }
  void prepare(const std::string& name,
               const at::Tensor& parameter);  // makes zero moments where there are none

 private:
  Options m_options;
  std::map<std::string, at::Tensor> m_moments;
};

// Linear warm-up to 1, then half a cosine down to `floor` at the last step. step counts from 0.
double cosineSchedule(int64_t step, int64_t warmup, int64_t total, double floor);

}  // namespace espalier
