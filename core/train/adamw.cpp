#include "core/train/adamw.h"

#include <cmath>
#include <numbers>

namespace espalier {

void AdamW::prepare(const std::string& name, const at::Tensor& parameter) {
  for (const char* kind : {"m/", "v/"})
    if (!m_moments.contains(kind + name)) m_moments[kind + name] = at::zeros(parameter.sizes());
}

void AdamW::update(const std::string& name, at::Tensor& parameter, const at::Tensor& gradient,
                   double learningRate, double weightDecay, int64_t step) {
  const int64_t n = parameter.numel();
  float* w = parameter.data_ptr<float>();
  const float* g = gradient.data_ptr<float>();
  float* m = m_moments.at("m/" + name).data_ptr<float>();
  float* v = m_moments.at("v/" + name).data_ptr<float>();
  const float b1 = float(m_options.beta1), b2 = float(m_options.beta2), epsilon = float(m_options.epsilon);
  const float correction1 = float(1 / (1 - std::pow(m_options.beta1, double(step))));
  const float correction2 = float(1 / std::sqrt(1 - std::pow(m_options.beta2, double(step))));
  const float rate = float(learningRate), keep = float(1 - learningRate * weightDecay);
  for (int64_t i = 0; i < n; ++i) {
    m[i] = b1 * m[i] + (1 - b1) * g[i];
    v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
    w[i] = keep * w[i] - rate * (m[i] * correction1) / (std::sqrt(v[i]) * correction2 + epsilon);
  }
}

double cosineSchedule(int64_t step, int64_t warmup, int64_t total, double floor) {
  if (step < warmup) return double(step + 1) / double(warmup);
  if (total <= warmup) return 1;
  const double progress = std::min(1.0, double(step - warmup) / double(total - warmup));
  return floor + (1 - floor) * 0.5 * (1 + std::cos(std::numbers::pi * progress));
}

}  // namespace espalier
