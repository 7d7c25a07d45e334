#include "core/live/loss_prediction.h"

#include <algorithm>
#include <cmath>

namespace espalier {

namespace {

constexpr size_t kMeasuredKept = 6;

}  // namespace

void LossPrediction::setDenseLoss(double loss) {
  m_dense = loss;
  m_denseKnown = true;
}

void LossPrediction::addMeasured(const Plan& plan, double loss) {
  m_measured.push_back({plan, loss});
  if (m_measured.size() > kMeasuredKept) m_measured.erase(m_measured.begin());
}

void LossPrediction::forgetMeasured() {
  m_measured.clear();
  m_denseKnown = false;
}

double LossPrediction::localError(const Plan& plan) const {
  double sum = 0, weights = 0;
  for (const auto& group : plan.groups)
    for (const auto& matrix : group.matrices) {
      const auto it = m_errors.find(matrix);
      if (it == m_errors.end()) continue;
      const double share = double(group.parameters) / double(group.matrices.size());
      sum += share * it->second.at(group.sparsity);
      weights += share;
    }
  return weights > 0 ? sum / weights : 0;
}

double LossPrediction::rawIncrease(const Plan& plan) const {
  const bool all = !m_sensitivities.empty() &&
                   std::all_of(plan.groups.begin(), plan.groups.end(),
                               [&](const auto& g) { return m_sensitivities.contains(g.name); });
  if (!all) return localError(plan);
  double sum = 0;
  for (const auto& group : plan.groups) sum += m_sensitivities.at(group.name).at(group.sparsity);
  return sum;
}

LossPrediction::Result LossPrediction::of(const Plan& plan) const {
  const bool measured = m_denseKnown && !m_measured.empty();
  if (!m_denseKnown || (m_errors.empty() && m_sensitivities.empty())) return {};
  const double raw = rawIncrease(plan);
  if (!measured) {
    // Without a measured plan only sensitivities have the loss's own unit.
    if (m_sensitivities.empty()) return {};
    return {true, m_dense + raw};
  }
  // The scale that the measured plans ask for, the nearest and newest of them first.
  double numerator = 0, denominator = 0, weight = 1;
  for (auto it = m_measured.rbegin(); it != m_measured.rend(); ++it, weight *= 0.5) {
    const double x = rawIncrease(it->plan);
    numerator += weight * x * (it->loss - m_dense);
    denominator += weight * x * x;
  }
  if (denominator <= 0) return {true, m_dense + raw};
  return {true, m_dense + raw * numerator / denominator};
}

}  // namespace espalier
