#include "core/score/forked_block.h"

namespace espalier {

at::Tensor Perturbation::known(const std::string& weight, const at::Tensor& input) {
  if (!m_clean || m_calls >= m_clean->products().size()) return {};
  const auto& product = m_clean->products()[m_calls];
  const bool same = product.weight == weight && product.inputRows == input.size(0) &&
                    (!product.input.defined() || product.input.equal(input));
  return same ? product.output : at::Tensor();
}

void Perturbation::onLinear(const std::string& weight, const at::Tensor& input, at::Tensor& output) {
  ++m_calls;
  if (weight != m_weight) return;
  const auto change = at::linear(input, m_noise);
  // The layer may run a second time: on the forks it made, or on a stream that is still the same for both.
  const bool again = m_forkedRows > 0 && input.size(0) == m_forkedRows;
  const int64_t rows = again ? m_forkedRows / 2 : input.size(0);
  auto shape = output.sizes().vec();
  shape[0] = 2 * rows;
  auto forks = at::empty(shape, output.options());
  for (const int64_t second : {0, 1}) {
    auto half = forks.narrow(0, second * rows, rows);
    if (again)
      at::add_out(half, output.narrow(0, second * rows, rows), change.narrow(0, second * rows, rows),
                  second ? m_second : m_first);
    else
      at::add_out(half, output, change, second ? m_second : m_first);
  }
  output = forks;
  m_forkedRows = 2 * rows;
}

void ContextProducts::setContext(const at::Tensor& context) {
  if (m_context.defined() == context.defined() && (!context.defined() || m_context.is_same(context))) return;
  m_context = context;
  m_outputs.clear();
}

at::Tensor ContextProducts::Hook::known(const std::string& weight, const at::Tensor& input) {
  if (!m_products.m_context.defined() || !input.is_same(m_products.m_context)) return {};
  std::lock_guard lock(m_products.m_mutex);
  const auto it = m_products.m_outputs.find(weight);
  return it == m_products.m_outputs.end() ? at::Tensor() : it->second;
}

void ContextProducts::Hook::onLinear(const std::string& weight, const at::Tensor& input, at::Tensor& output) {
  if (!m_products.m_context.defined() || !input.is_same(m_products.m_context)) return;
  std::lock_guard lock(m_products.m_mutex);
  m_products.m_outputs.emplace(weight, output);
}

}  // namespace espalier
